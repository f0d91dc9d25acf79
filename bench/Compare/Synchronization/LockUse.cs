using Multiprocessing;

namespace Compare.Synchronization;

/// <summary>Acquire and release in a loop of nothing else; seconds per pair, if not said otherwise.</summary>
internal sealed class LockUse : IDisposable
{
    private readonly ProcessLock _lock = new();
    private readonly ProcessRLock _recursive = new();
    private readonly ProcessSemaphore _semaphore = new(4);
    private readonly ProcessSemaphore _signal = new(4, recoverPermits: false);
    private readonly System.Threading.Lock _local = new();
    private readonly Lazy<ProcessPool> _other = new(static () => new ProcessPool(1));

    internal double Lock(int count) => Latency.OfStep(count, slice => Turns(_lock, slice));

    internal double Awaited(int count) => Latency.OfStep(count, slice => TurnsAsync(_lock, slice).GetAwaiter().GetResult());

    internal double RLock(int count) => Latency.OfStep(count, slice => Turns(_recursive, slice));

    internal double Semaphore(int count) => Latency.OfStep(count, slice => Turns(_semaphore, slice));

    internal double Signal(int count) => Latency.OfStep(count, slice => Turns(_signal, slice));

    /// <summary>For scale: the lock of one process.</summary>
    internal double Local(int count) => Latency.OfStep(count, slice => Turns(_local, slice));

    /// <summary>Seconds for all.</summary>
    internal static double Create(int count)
    {
        var locks = new ProcessLock[count];
        var seconds = Latency.Of(() =>
        {
            for (var i = 0; i < count; i++)
            {
                locks[i] = new ProcessLock();
            }
        });
        Array.ForEach(locks, static each => each.Dispose());
        return seconds;
    }

    /// <summary>Acquisitions per second of two processes together.</summary>
    internal double Contended(int count)
    {
        using var begin = new ProcessSemaphore(0, recoverPermits: false);
        using var ready = new ProcessSemaphore(0, recoverPermits: false);
        var other = _other.Value.RunAsync(
            static work =>
            {
                work.ready.Release();
                work.begin.Acquire();
                Turns(work.mutex, work.count);
            },
            (mutex: _lock, begin, ready, count));
        ready.Acquire();
        var start = Stopwatch.GetTimestamp();
        begin.Release();
        Turns(_lock, count);
        other.GetAwaiter().GetResult();
        return 2 * count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _lock.Dispose();
        _recursive.Dispose();
        _semaphore.Dispose();
        _signal.Dispose();
        if (_other.IsValueCreated)
        {
            _other.Value.Dispose();
        }
    }

    private static void Turns(ProcessLock mutex, int count)
    {
        for (var i = 0; i < count; i++)
        {
            mutex.Acquire();
            mutex.Release();
        }
    }

    private static void Turns(ProcessRLock mutex, int count)
    {
        for (var i = 0; i < count; i++)
        {
            mutex.Acquire();
            mutex.Release();
        }
    }

    private static void Turns(ProcessSemaphore semaphore, int count)
    {
        for (var i = 0; i < count; i++)
        {
            semaphore.Acquire();
            semaphore.Release();
        }
    }

    private static void Turns(System.Threading.Lock mutex, int count)
    {
        for (var i = 0; i < count; i++)
        {
            mutex.Enter();
            mutex.Exit();
        }
    }

    private static async Task TurnsAsync(ProcessLock mutex, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await mutex.AcquireAsync();
            mutex.Release();
        }
    }
}
