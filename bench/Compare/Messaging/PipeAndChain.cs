using Compare.Limits;

namespace Compare.Messaging;

/// <summary>A pipe and the bare chain of wake-ups that it is measured with, placed alike.</summary>
internal sealed class PipeAndChain(bool pinned) : IDisposable
{
    private readonly Lazy<WakeChains> _chain = new(() => new WakeChains(pinned));

    internal bool IsPinned => pinned;

    internal PipeUse Pipe { get; } = new(pinned);

    internal WakeChains Chain => _chain.Value;

    public void Dispose()
    {
        Pipe.Dispose();
        if (_chain.IsValueCreated)
        {
            _chain.Value.Dispose();
        }
    }
}
