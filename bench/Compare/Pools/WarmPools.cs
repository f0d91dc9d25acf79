using Compare.Limits;
using Multiprocessing;

namespace Compare.Pools;

/// <summary>Our pools that live for the whole run, as those of the peers do, and what is measured on them.</summary>
internal sealed class WarmPools : IDisposable
{
    internal const int Outstanding = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly Lazy<ProcessPool> _one = new(static () => Start(1));
    private readonly Lazy<ProcessPool> _two = new(static () => Start(2));
    private readonly Lazy<ProcessPool> _pinned = new(static () => Start(new ProcessPoolOptions { Workers = 1, Affinity = [Placement.Far] }));

    /// <summary>Back to back, or with pauses in which both sides fall asleep; the faster of one worker and two, as for the peers.</summary>
    internal double Blocking(int calls, bool asleep) => Math.Min(Blocking(_one.Value, calls / 2, asleep), Blocking(_two.Value, calls / 2, asleep));

    /// <summary>A blocking call, caller and worker with a processor each.</summary>
    internal double BlockingPinned(int calls, bool asleep)
    {
        using var place = Placement.At(Placement.Near, pinned: true);
        return Blocking(_pinned.Value, calls, asleep);
    }

    /// <summary>Each blocking call to a pool of one worker, in seconds.</summary>
    internal double[] BlockingEach(int calls, bool asleep) => BlockingEach(_one.Value, calls, asleep);

    internal double Awaited(int calls, bool asleep) => Math.Min(Awaited(_one.Value, calls / 2, asleep), Awaited(_two.Value, calls / 2, asleep));

    /// <summary>Tasks per second of a static function, every one a call of its own.</summary>
    internal double Static(int bursts) => Throughput(bursts, static (pool, i) => pool.RunAsync(PoolTasks.Increment, i));

    /// <summary>The same for a lambda that captures two variables, one of them new in every task.</summary>
    internal double Capturing(int bursts)
    {
        var y = bursts;
        return Throughput(bursts, (pool, i) => pool.RunAsync(() => i + y));
    }

    internal double Map(int count)
    {
        var items = Enumerable.Range(0, count).ToArray();
        Latency.Settle(() => _two.Value.Map(PoolTasks.Increment, items));
        return count / Latency.Of(() => _two.Value.Map(PoolTasks.Increment, items));
    }

    /// <summary>Tasks per second that compute for so long.</summary>
    internal double Tasks(double seconds, int count)
    {
        double[] items = [.. Enumerable.Repeat(seconds, count)];
        return count / Latency.Of(() => _two.Value.Map(PoolTasks.Spin, items));
    }

    /// <summary>There and back, in a blocking call.</summary>
    internal double Echo(int size, int calls)
    {
        var data = new byte[size];
        return Latency.Median(calls, null, () => _one.Value.Run(PoolTasks.Same, data), warmUp: 3);
    }

    internal double Array(int size)
    {
        var data = new byte[size];
        _one.Value.Run(PoolTasks.Length, data);
        return Samples.MedianOf([.. Enumerable.Range(0, 3).Select(_ => Latency.Of(() => _one.Value.Run(PoolTasks.Length, data)))]);
    }

    public void Dispose()
    {
        foreach (var pool in new[] { _one, _two, _pinned })
        {
            if (pool.IsValueCreated)
            {
                pool.Value.Dispose();
            }
        }
        _never.Dispose();
    }

    private static ProcessPool Start(int workers) => Start(new ProcessPoolOptions { Workers = workers });

    private static ProcessPool Start(ProcessPoolOptions options)
    {
        var pool = new ProcessPool(options);
        pool.Map(PoolTasks.Increment, Enumerable.Range(0, 1000));
        return pool;
    }

    private double Blocking(ProcessPool pool, int calls, bool asleep) => Samples.MedianOf(BlockingEach(pool, calls, asleep));

    private double[] BlockingEach(ProcessPool pool, int calls, bool asleep)
    {
        if (!asleep)
        {
            Latency.Settle(() => pool.Run(PoolTasks.Increment, 1));
        }
        return Latency.Each(calls, asleep ? () => _never.WaitOne(Pause) : null, () => pool.Run(PoolTasks.Increment, 1));
    }

    private double Awaited(ProcessPool pool, int calls, bool asleep) =>
        Latency.MedianAwaited(calls, asleep ? () => _never.WaitOne(Pause) : null, () => pool.RunAsync(PoolTasks.Increment, 1));

    private double Throughput(int bursts, Func<ProcessPool, int, Task<int>> start)
    {
        var pool = _two.Value;
        var tasks = new Task<int>[Outstanding];
        Latency.Settle(Burst);
        return bursts * Outstanding / Latency.Of(() =>
        {
            for (var burst = 0; burst < bursts; burst++)
            {
                Burst();
            }
        });

        void Burst()
        {
            for (var i = 0; i < Outstanding; i++)
            {
                tasks[i] = start(pool, i);
            }
            Task.WaitAll(tasks);
        }
    }
}
