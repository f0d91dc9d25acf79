using Multiprocessing.Memory;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T> : IWaitable
{
    /// <summary>There is an item to take, or there will be none any more.</summary>
    bool IWaitable.IsReady
    {
        get
        {
            bool ready = IsReadyNow();
            GC.KeepAlive(this);
            return ready;
        }
    }

    async Task IWaitable.WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        await _port.Items.PassAsync(IsReadyNow, Deadline.Never, cancellationToken).ConfigureAwait(false);
        GC.KeepAlive(this);
    }

    private bool IsReadyNow()
    {
        ThrowIfDisposed();
        return _port.HasItem || _ring.IsCompleted;
    }
}
