using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>How a task ended, as it is counted.</summary>
internal enum TaskEnd : byte
{
    Succeeded,
    Failed,
    Canceled,
    TimedOut,
    WorkerDied,
    PoolBroken,
}

/// <summary>How many tasks, and items, ended in which way. Under the dispatcher's lock.</summary>
internal sealed class TaskEnds
{
    private static readonly string[] Names = ["succeeded", "failed", "canceled", "timed_out", "worker_died", "pool_broken"];
    private readonly long[] _counts = new long[Names.Length];

    internal static string NameOf(TaskEnd end) => Names[(int)end];

    internal static bool IsError(TaskEnd end) => end is not (TaskEnd.Succeeded or TaskEnd.Canceled);

    internal void Count(PoolTask task)
    {
        var (failed, canceled) = task.UnsuccessfulItems;
        if (failed + canceled == 0)
        {
            _counts[(int)task.End] += task.ItemCount;
            return;
        }
        failed = Math.Min(failed, task.ItemCount);
        canceled = Math.Min(canceled, task.ItemCount - failed);
        _counts[(int)TaskEnd.Failed] += failed;
        _counts[(int)TaskEnd.Canceled] += canceled;
        _counts[(int)TaskEnd.Succeeded] += task.ItemCount - failed - canceled;
    }

    internal void AddTo(Dictionary<string, long> counts)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            PoolCounts.Add(counts, Names[i], _counts[i]);
        }
    }
}
