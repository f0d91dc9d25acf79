namespace Compare.Limits;

/// <summary>What the threads of one process make of tasks that compute for a millisecond.</summary>
internal static class ParallelFor
{
    internal const int Tasks = 400;

    internal static double MillisecondTasks() => Tasks / Latency.Of(() => Parallel.For(0, Tasks, static i => Spin(i)));

    /// <summary>Computes for a millisecond: without sleeping.</summary>
    internal static int Spin(int item)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 1)
        {
        }
        return item;
    }
}
