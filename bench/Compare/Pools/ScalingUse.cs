using Multiprocessing;

namespace Compare.Pools;

/// <summary>What more workers, and more tasks, cost: a pool for each measure, without peers but for the stream.</summary>
internal static class ScalingUse
{
    private const int Outstanding = 10_000;

    /// <summary>Longer than one look of any timer of the pool.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(2);

    /// <summary>Processor time of the caller and all workers together for one un-batched task, in seconds, whatever number of workers there are.</summary>
    internal static double TimePerTask(int workers, int count)
    {
        using var pool = Start(workers, out var ids);
        var before = ProcessorTime(ids);
        for (var left = count; left > 0; left -= Outstanding)
        {
            Task.WaitAll(Enumerable.Range(0, Outstanding).Select(i => pool.RunAsync(PoolTasks.Increment, i)));
        }
        return (ProcessorTime(ids) - before) / count;
    }

    /// <summary>Processor time that one idle worker costs, its share of the caller's included, as a part of one processor.</summary>
    internal static double IdleShare(int workers)
    {
        using var pool = Start(workers, out var ids);
        using var never = new ManualResetEvent(initialState: false);
        // After the work there is something to clean up.
        never.WaitOne(IdleTime);
        var before = ProcessorTime(ids);
        never.WaitOne(IdleTime);
        return (ProcessorTime(ids) - before) / IdleTime.TotalSeconds / workers;
    }

    /// <summary>Items per second of a stream, and by how many bytes this process has grown between its first tenth and its end.</summary>
    internal static (double Rate, double Growth) Stream(int count)
    {
        using var pool = new ProcessPool(2);
        pool.Map(PoolTasks.Increment, Enumerable.Range(0, 1000));
        long sum = 0, seen = 0, early = 0;
        var start = Stopwatch.GetTimestamp();
        foreach (var result in pool.MapStreamUnordered(PoolTasks.Increment, Enumerable.Range(0, count)))
        {
            sum += result;
            if (++seen == count / 10)
            {
                early = ResidentBytes();
            }
        }
        var rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        return sum == (long)count * (count + 1) / 2
            ? (rate, ResidentBytes() - early)
            : throw new InvalidOperationException("A result is wrong.");
    }

    private static ProcessPool Start(int workers, out int[] ids)
    {
        const int stay = 500;
        var pool = new ProcessPool(workers);
        ids = [.. Task.WhenAll(Enumerable.Range(0, workers).Select(_ => pool.RunAsync(PoolTasks.ProcessId, stay))).GetAwaiter().GetResult().Distinct()];
        pool.Map(PoolTasks.Increment, Enumerable.Range(0, 1000 * workers));
        return pool;
    }

    /// <summary>Seconds, of this process and the others, which live.</summary>
    private static double ProcessorTime(int[] others)
    {
        const double perSecond = 100; // What the kernel counts in for programs, on every machine.
        const int userTime = 11;
        var ticks = 0.0;
        foreach (var id in (int[])[Environment.ProcessId, .. others])
        {
            // After the name, which may have spaces and is in parentheses.
            var fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")).Split(") ")[^1].Split(' ');
            ticks += double.Parse(fields[userTime], CultureInfo.InvariantCulture) + double.Parse(fields[userTime + 1], CultureInfo.InvariantCulture);
        }
        return ticks / perSecond;
    }

    private static long ResidentBytes()
    {
        return Environment.WorkingSet;
    }
}
