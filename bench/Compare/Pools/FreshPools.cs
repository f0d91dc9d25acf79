using Compare.Limits;
using Multiprocessing;
using Multiprocessing.Processes;

namespace Compare.Pools;

/// <summary>What is measured on a pool made for the purpose: first results, deaths and ends.</summary>
internal static class FreshPools
{
    /// <summary>That of the call whose lateness is measured, in seconds.</summary>
    internal const double TimeLimit = 0.05;

    /// <summary>How long the process is left alone before a measure.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50);

    /// <summary>How long at most standbys and spares take to be ready.</summary>
    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(10);

    /// <summary>How long a started task gets to be running for certain.</summary>
    private static readonly TimeSpan Running = TimeSpan.FromMilliseconds(100);

    /// <summary>With a standby ready: as for every pool but the first of a program.</summary>
    internal static double FirstResult()
    {
        using (var first = new ProcessPool(1))
        {
            first.Run(PoolTasks.Increment, 1);
        }
        Await(static () => StandbyPool.AreReady);
        ProcessPool? pool = null;
        try
        {
            return Latency.Of(() =>
            {
                pool = new ProcessPool(2);
                pool.Run(PoolTasks.Increment, 1);
            });
        }
        finally
        {
            pool?.Dispose();
        }
    }

    /// <summary>Tasks per second, in workers that are replaced after so many tasks each; null: that stay.</summary>
    internal static double Recycling(int workers, double seconds, int count, int? limit)
    {
        using var pool = new ProcessPool(new ProcessPoolOptions { Workers = workers, RecycleAfterTasks = limit });
        double[] items = [.. Enumerable.Repeat(seconds, count)];
        pool.Map(PoolTasks.Spin, items[..workers]);
        return count / Latency.Of(() => pool.Map(PoolTasks.Spin, items));
    }

    internal static double FirstArray(int size)
    {
        var data = new byte[size];
        using var pool = new ProcessPool(1);
        pool.Run(PoolTasks.Increment, 1);
        return Latency.Of(() => pool.Run(PoolTasks.Length, data));
    }

    /// <summary>From the call that kills its worker, or from the worker's end, to the result of the next one.</summary>
    internal static double Replaced(bool fromKill)
    {
        using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Spares = 1 });
        var end = new ProcessEnd(pool.Run(PoolTasks.ProcessId, 0));
        Await(() => pool.GetStatistics().SpareWorkers == 1 && StandbyPool.AreReady);
        var start = Stopwatch.GetTimestamp();
        try
        {
            pool.Run(PoolTasks.KillYourself, Environment.ProcessId);
        }
        catch (WorkerDiedException)
        {
            pool.Run(PoolTasks.Increment, 1);
            var served = Stopwatch.GetTimestamp();
            return Stopwatch.GetElapsedTime(fromKill ? start : end.Time, served).TotalSeconds;
        }
        throw new InvalidOperationException("A task outlived its worker.");
    }

    /// <summary>How much later than asked for a call ends whose task takes no notice of anything.</summary>
    internal static double Lateness()
    {
        var limit = TimeSpan.FromSeconds(TimeLimit);
        using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Spares = 1 });
        pool.Run(PoolTasks.Increment, 1);
        Await(() => pool.GetStatistics().SpareWorkers == 1 && StandbyPool.AreReady);
        return Latency.Of(() =>
        {
            try
            {
                pool.Run(PoolTasks.SpinForever, Environment.ProcessId, new RunOptions { Timeout = limit });
            }
            catch (TaskTimeoutException)
            {
                return;
            }
            throw new InvalidOperationException("An endless task ended.");
        }) - limit.TotalSeconds;
    }

    /// <summary>From <see cref="ProcessPool.Terminate"/> with all workers busy until every one is gone.</summary>
    internal static double Terminate()
    {
        using var pool = new ProcessPool(2);
        pool.Map(PoolTasks.Increment, Enumerable.Range(0, 100));
        Task[] busy = [pool.RunAsync(PoolTasks.SpinForever, Environment.ProcessId), pool.RunAsync(PoolTasks.SpinForever, Environment.ProcessId)];
        Rest(Running);
        var seconds = Latency.Of(() =>
        {
            pool.Terminate();
            pool.Completion.Wait();
        });
        return busy.All(t => t.IsCanceled) ? seconds : throw new InvalidOperationException("A handle survived its pool.");
    }

    /// <summary>Bytes that a worker alone has written to, in memory and in swap, after one task: the median of four workers.</summary>
    internal static double PrivateMemory()
    {
        const int workers = 4, stay = 200;
        using var pool = new ProcessPool(workers);
        var ids = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => pool.RunAsync(PoolTasks.ProcessId, stay))).GetAwaiter().GetResult();
        Rest(Settle);
        return Samples.MedianOf([.. ids.Distinct().Select(PrivateMemoryOf)]);
    }

    private static double PrivateMemoryOf(int processId) =>
        1024 * File.ReadLines($"/proc/{processId}/smaps_rollup")
            .Where(l => l.StartsWith("Private_Dirty:", StringComparison.Ordinal) || l.StartsWith("Swap:", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    private static void Await(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            if (Stopwatch.GetElapsedTime(start) > ReadyTime)
            {
                throw new TimeoutException("Neither standby nor spare came up.");
            }
            Rest(Settle);
        }
        while (!condition());
    }

    private static void Rest(TimeSpan time)
    {
        using var never = new ManualResetEvent(initialState: false);
        never.WaitOne(time);
    }
}
