namespace Compare.Limits;

/// <summary>What the threads of one process make of tasks that compute for some time, in tasks per second.</summary>
internal static class ParallelThreads
{
    // Otherwise more and more threads take turns on the processors while each of them waits for its time to pass.
    private static readonly ParallelOptions AsManyAsCores = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    internal static double For(double seconds, int count) => count / Latency.Of(() => Parallel.For(0, count, AsManyAsCores, _ => Spin(seconds)));

    internal static double NoOp(int count)
    {
        var results = new int[count];
        return count / Latency.Of(() => Parallel.For(0, count, i => results[i] = i + 1));
    }

    internal static double ForEach(double seconds, int count)
    {
        double[] items = [.. Enumerable.Repeat(seconds, count)];
        return count / Latency.Of(() => Parallel.ForEach(items, AsManyAsCores, static item => Spin(item)));
    }

    /// <summary>Computes for so long: without sleeping.</summary>
    internal static int Spin(double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
        }
        return 0;
    }
}
