namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// Those who wait at a socket for something to arrive. What a receiver has read along with its own message is not in the socket any
/// more, so they must be told of it. Thread-safe.
/// </summary>
internal sealed class SocketPollers
{
    private readonly List<CancellationTokenSource> _waiting = [];
    private int _count;

    /// <summary>Look once more afterwards.</summary>
    /// <param name="wait">Cancelled when there is reason to look.</param>
    public void Add(CancellationTokenSource wait)
    {
        lock (_waiting)
        {
            _waiting.Add(wait);
            Interlocked.Exchange(ref _count, _waiting.Count);
        }
    }

    /// <summary>Afterwards the source is not used any more.</summary>
    public void Remove(CancellationTokenSource wait)
    {
        lock (_waiting)
        {
            _waiting.Remove(wait);
            Interlocked.Exchange(ref _count, _waiting.Count);
        }
    }

    /// <summary>Calls back all; costs one look while there are none.</summary>
    public void CallBack()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) != 0)
        {
            lock (_waiting)
            {
                foreach (CancellationTokenSource wait in _waiting)
                {
                    // What goes on then must not do so within the lock.
                    _ = wait.CancelAsync();
                }
            }
        }
    }
}
