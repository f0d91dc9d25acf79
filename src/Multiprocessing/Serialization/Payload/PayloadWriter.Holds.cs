using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class PayloadWriter
{
    private PayloadHolds? _holds;

    /// <summary>Whether whoever keeps the payload also keeps what it refers to (<see cref="TakeHolds"/>).</summary>
    internal bool KeepsHolds { get; set; }

    /// <summary>Whether the payload is that of a call, to which reports of progress find their way back.</summary>
    internal bool AcceptsProgress { get; set; }

    /// <summary>Hands over something that the payload refers to; it is disposed of when the payload is of no use any more.</summary>
    internal void Hold(IDisposable held)
    {
        if (!KeepsHolds)
        {
            held.Dispose();
            throw new UnserializableException("nobody would hold the shared memory until this payload has been read.");
        }

        (_holds ??= new PayloadHolds()).Add(held);
    }

    /// <summary>What the payload refers to, now the caller's; null if that is nothing.</summary>
    internal PayloadHolds? TakeHolds()
    {
        PayloadHolds? holds = _holds;
        _holds = null;
        return holds;
    }

    private void DropHolds()
    {
        _holds?.Dispose();
        _holds = null;
    }
}
