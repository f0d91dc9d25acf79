using Multiprocessing.Memory;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T> : IWaitable
{
    /// <summary>There is an item to take, or there will be none any more.</summary>
    bool IWaitable.IsReady
    {
        get
        {
            ThrowIfDisposed();
            bool ready = IsReadyNow();
            GC.KeepAlive(this);
            return ready;
        }
    }

    async Task IWaitable.WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                uint epoch = _items.Epoch;
                int seen = _items.Prepare();
                ThrowIfDisposed();
                if (IsReadyNow())
                {
                    return;
                }

                if (await _items.WaitAsync(seen, epoch, Deadline.Never, cancellationToken).ConfigureAwait(false) == WaitOutcome.Cancelled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            // This one takes nothing: whoever does must be woken as well.
            _items.Leave(isMore: true);
            GC.KeepAlive(this);
        }
    }

    private bool IsReadyNow() => _ring.HasItem(_items.Epoch) || _ring.IsCompleted;
}
