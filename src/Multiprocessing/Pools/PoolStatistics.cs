namespace Multiprocessing;

/// <summary>What a <see cref="ProcessPool"/> is doing: a snapshot, consistent in itself and out of date at once.</summary>
public sealed class PoolStatistics
{
    internal PoolStatistics()
    {
    }

    /// <summary>Workers that take tasks, busy or idle. Those that start or end are not counted.</summary>
    public int ReadyWorkers { get; internal init; }

    /// <summary>Those of <see cref="ReadyWorkers"/> that have nothing to do.</summary>
    public int IdleWorkers { get; internal init; }

    /// <summary>Workers that have been started and are not ready yet.</summary>
    public int StartingWorkers { get; internal init; }

    /// <summary>Ready workers that wait to replace one that dies; see <see cref="ProcessPoolOptions.Spares"/>.</summary>
    public int SpareWorkers { get; internal init; }

    /// <summary>
    /// Workers that were stopped from outside (SIGSTOP, a debugger) and make no progress until they are continued. That is no death: the task
    /// that such a worker was executing goes on with it, unless its time is over before; what the worker was given in advance runs elsewhere.
    /// A worker that was stopped before it took a task is replaced until it goes on.
    /// </summary>
    public int StoppedWorkers { get; internal set; }

    /// <summary>Tasks that no worker has been given yet, those included that will be tried again.</summary>
    public int QueuedTasks { get; internal init; }

    /// <summary>Tasks that are with a worker: the one that it runs and those that it was given in advance.</summary>
    public int SentTasks { get; internal init; }

    /// <summary>Tasks that have ended in whatever way since the pool was made.</summary>
    public long CompletedTasks { get; internal init; }

    /// <summary>Workers that died or were killed since the pool was made; those that ended as they were told to are not counted.</summary>
    public long WorkerDeaths { get; internal init; }

    /// <summary>How often a task was tried again since the pool was made, see <see cref="RetryPolicy"/>.</summary>
    public long RetriedTasks { get; internal init; }

    /// <summary>
    /// Workers that were ended to be replaced since the pool was made, see <see cref="ProcessPoolOptions.RecycleAfterTasks"/>; none of them is
    /// counted in <see cref="WorkerDeaths"/>.
    /// </summary>
    public long RecycledWorkers { get; internal init; }
}
