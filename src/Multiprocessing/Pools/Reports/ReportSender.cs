using Multiprocessing.Messaging.Rings;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The worker's way of saying something beside its results, from any thread: progress, entries of the log. It is bounded: reports that
/// nobody has taken yet have at most <see cref="Credit"/> bytes together. Who would exceed that waits; if nothing at all is taken for
/// <see cref="Patience"/>, reports are dropped until something is, and their number is told then.
/// </summary>
internal abstract class ReportSender
{
    /// <summary>Bytes of frames on their way, up to the end of their delivery; half of the ring, so that the ring is never full.</summary>
    internal const int Credit = ChannelLayout.ReportCapacity / 2;

    /// <summary>The longest report.</summary>
    internal const int MaxLength = (ChannelLayout.ReportCapacity / 4) - FrameHeader.Size;

    /// <summary>How long the worker waits for somebody who takes nothing.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private uint _sent;
    private uint _takenAtStall;
    private bool _isStalled;
    private bool _isClosed;
    private int _dropped;
    private int _symbolsSent;

    /// <summary>Bytes of frames that are done with, on a clock face of 32 bits.</summary>
    protected abstract uint Taken { get; }

    /// <summary>Sends a report, unless it has to be dropped or nobody listens any more.</summary>
    /// <returns>Whether it is on its way.</returns>
    /// <exception cref="UnserializableException">The report is too long.</exception>
    internal bool Send(PayloadWriter report)
    {
        if (report.Length > MaxLength)
        {
            throw new UnserializableException(
                $"a report of {report.Length} bytes is too long: {MaxLength} are possible. Send large data as a result, or through a ProcessQueue<T>.");
        }
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }
            if (TrySendSymbols(report.HighestSymbol) && TrySendDropped() && TrySend(FrameKind.Report, report.Written))
            {
                return true;
            }
            _dropped++;
            return false;
        }
    }

    /// <summary>The worker ends: what comes from now on goes nowhere.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>Puts a frame on its way. There is room for it.</summary>
    protected abstract void Write(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Waits until <see cref="Taken"/> is no longer <paramref name="taken"/>, not for ever.</summary>
    protected abstract void WaitForChange(uint taken, TimeSpan limit);

    private bool TrySendSymbols(int highest)
    {
        for (; _symbolsSent <= highest; _symbolsSent++)
        {
            var definition = OutgoingSymbols.Process.GetDefinition(_symbolsSent);
            var payload = new byte[sizeof(int) + definition.Length];
            Processes.SymbolFrame.Write(payload, _symbolsSent, definition);
            if (!TrySend(FrameKind.Symbol, payload))
            {
                return false;
            }
        }
        return true;
    }

    private bool TrySendDropped()
    {
        if (_dropped == 0)
        {
            return true;
        }
        Span<byte> notice = stackalloc byte[1 + sizeof(int)];
        notice[0] = (byte)ReportKind.Dropped;
        BitConverter.TryWriteBytes(notice[1..], _dropped);
        if (!TrySend(FrameKind.Report, notice))
        {
            return false;
        }
        _dropped = 0;
        return true;
    }

    private bool TrySend(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var size = (uint)FrameHeader.Footprint(payload.Length);
        if (!HasCredit(size))
        {
            return false;
        }
        _sent += size;
        Write(kind, payload);
        return true;
    }

    private bool HasCredit(uint size)
    {
        var taken = Taken;
        if (_isStalled && taken == _takenAtStall)
        {
            return false;
        }
        _isStalled = false;
        while (_sent - taken + size > Credit)
        {
            WaitForChange(taken, Patience);
            var now = Taken;
            if (now == taken)
            {
                _isStalled = true;
                _takenAtStall = taken;
                return false;
            }
            taken = now;
        }
        return true;
    }
}
