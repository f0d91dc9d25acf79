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

    internal double Lock(int count) => Turns(_lock, count) / count;

    internal double Awaited(int count) => TurnsAsync(_lock, count).GetAwaiter().GetResult() / count;

    internal double RLock(int count) => Latency.Of(() =>
    {
        for (var i = 0; i < count; i++)
        {
            _recursive.Acquire();
            _recursive.Release();
        }
    }) / count;

    internal double Semaphore(int count) => Turns(_semaphore, count) / count;

    internal double Signal(int count) => Turns(_signal, count) / count;

    /// <summary>For scale: the lock of one process.</summary>
    internal double Local(int count) => Latency.Of(() =>
    {
        for (var i = 0; i < count; i++)
        {
            _local.Enter();
            _local.Exit();
        }
    }) / count;

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

    private static double Turns(ProcessLock mutex, int count) => Latency.Of(() =>
    {
        for (var i = 0; i < count; i++)
        {
            mutex.Acquire();
            mutex.Release();
        }
    });

    private static double Turns(ProcessSemaphore semaphore, int count) => Latency.Of(() =>
    {
        for (var i = 0; i < count; i++)
        {
            semaphore.Acquire();
            semaphore.Release();
        }
    });

    private static async Task<double> TurnsAsync(ProcessLock mutex, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await mutex.AcquireAsync();
            mutex.Release();
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
