namespace Compare;

/// <summary>Times single calls.</summary>
internal static class Latency
{
    /// <summary>How many calls are made before the first that counts.</summary>
    internal const int WarmUp = 20;

    /// <summary>How long hot code is run before it counts: the compiler begins to optimize what is called often after a tenth of a second.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls until the code is compiled for good, and who waits has found out how.</summary>
    internal static void Settle(Action call)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < SettleTime;)
        {
            call();
        }
    }

    /// <summary>The median of single calls in seconds.</summary>
    internal static double Median(int calls, Action? before, Action call, int warmUp = WarmUp) => Quantile(0.5, calls, before, call, warmUp);

    /// <summary>The time in seconds that a part of all single calls, such as 0.99, does not exceed.</summary>
    internal static double Quantile(double part, int calls, Action? before, Action call, int warmUp = WarmUp) =>
        Samples.QuantileOf(Each(calls, before, call, warmUp), part);

    /// <summary>The time of each single call, in seconds.</summary>
    internal static double[] Each(int calls, Action? before, Action call, int warmUp = WarmUp)
    {
        for (var i = 0; i < warmUp; i++)
        {
            call();
        }
        var seconds = new double[calls];
        for (var i = 0; i < calls; i++)
        {
            before?.Invoke();
            var start = Stopwatch.GetTimestamp();
            call();
            seconds[i] = (double)(Stopwatch.GetTimestamp() - start) / Stopwatch.Frequency;
        }
        return seconds;
    }

    /// <summary>The median of awaited calls, on the thread pool as in a program without a synchronization context.</summary>
    internal static double MedianAwaited(int calls, Action? before, Func<Task> call) => Task.Run(async () =>
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await call();
        }
        var ticks = new double[calls];
        for (var i = 0; i < calls; i++)
        {
            before?.Invoke();
            var start = Stopwatch.GetTimestamp();
            await call();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        return Samples.MedianOf(ticks) / Stopwatch.Frequency;
    }).GetAwaiter().GetResult();

    /// <summary>
    /// Seconds for one of many equal steps that are too short to be timed alone: the median of slices, most of which are shorter than
    /// what the scheduler gives a thread at a time, so that other programs on the machine do not count.
    /// </summary>
    internal static double OfStep(int steps, Action<int> run)
    {
        const int Slices = 500;
        var slice = Math.Max(1, steps / Slices);
        return Median(Slices, before: null, () => run(slice)) / slice;
    }

    /// <summary>How long one call takes, in seconds.</summary>
    internal static double Of(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
