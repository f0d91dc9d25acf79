namespace Multiprocessing.Pools;

/// <summary>
/// How far a stream's input may be read ahead of its consumer, in items and in bytes. Bytes are those of requests that have not been run and
/// of results that have not been taken; what runs is expected to give results as large as those before, on the average.
/// </summary>
internal sealed class StreamRoom(Func<int> readAhead, long maxBytes)
{
    private readonly Lock _lock = new();
    private volatile TaskCompletionSource? _waiting;
    private int _untaken;
    private int _unready;
    private long _bytes;
    private double _resultBytes;

    /// <summary>Whether the reader waits, so that the consumer should tell of every item that it takes.</summary>
    internal bool IsWaitedFor => _waiting is not null;

    /// <summary>Whether another item may be read.</summary>
    internal bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return Fits(1);
            }
        }
    }

    /// <summary>
    /// Ends when another item may be read. Once it is full it has to be half empty again: a reader that is woken for every single item does
    /// nothing else than wake up.
    /// </summary>
    internal Task WaitAsync(CancellationToken token)
    {
        lock (_lock)
        {
            if (Fits(2))
            {
                return Task.CompletedTask;
            }
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(token);
        }
    }

    internal void OnRead()
    {
        lock (_lock)
        {
            _untaken++;
            _unready++;
        }
    }

    internal void OnSent(long requestBytes)
    {
        lock (_lock)
        {
            _bytes += requestBytes;
        }
    }

    internal void OnReady(int count, long requestBytes, long resultBytes)
    {
        lock (_lock)
        {
            _unready -= count;
            _bytes += resultBytes - requestBytes;
            var measured = (double)resultBytes / count;
            _resultBytes = _resultBytes == 0 ? measured : ((_resultBytes * 7) + measured) / 8;
            Wake();
        }
    }

    internal void OnTaken(int count, long resultBytes)
    {
        lock (_lock)
        {
            _untaken -= count;
            _bytes -= resultBytes;
            Wake();
        }
    }

    private void Wake()
    {
        if (_waiting is { } waiting && Fits(2))
        {
            _waiting = null;
            waiting.TrySetResult();
        }
    }

    /// <summary>Whether there is room, and only so large a part of it is used. A single item always passes alone.</summary>
    private bool Fits(int part) =>
        _untaken == 0 || (_untaken <= (part == 1 ? readAhead() - 1 : readAhead() / part) && _bytes + (_unready * _resultBytes) < maxBytes / part);
}
