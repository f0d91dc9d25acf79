namespace Multiprocessing.Pools;

/// <summary>
/// One worker as its dispatcher sees it. It executes its tasks one at a time in the order in which they were sent. All members but
/// <see cref="Id"/> and <see cref="IsStopped"/> are called under the dispatcher's lock, so none may block or call back.
/// </summary>
internal interface IWorker
{
    int Id { get; }

    /// <summary>Hands over a task; the request's bytes are not used after the return. False: no room now, `HasRoom` follows.</summary>
    bool TrySend(PoolTask task);

    /// <summary>Takes a task back. True: it was not started and never will be; no event follows for it.</summary>
    bool TryRevoke(PoolTask task);

    /// <summary>
    /// Takes items of a batch back, the last ones first, whether the batch was started or not. Those never run here; the batch has so many
    /// fewer from now on.
    /// </summary>
    /// <returns>How many: at most <paramref name="most"/>, and only those that the worker has not claimed.</returns>
    int TakeBackItems(PoolTask batch, int most);

    /// <summary>How far a batch is; nothing begun if the worker does not have it.</summary>
    BatchProgress Progress(PoolTask batch);

    /// <summary>Sees to it that the outcomes of those items of a batch that have ended are published soon, before the batch has ended.</summary>
    void Harvest(PoolTask batch);

    /// <summary>Cancels the token of a task that has started; nothing happens if it has ended meanwhile.</summary>
    void RequestCancellation(PoolTask task);

    /// <summary>No more tasks will come: run the exit hook, end cleanly; `Died` follows.</summary>
    void Complete();

    /// <summary>End at once, whatever is going on; `Died` follows.</summary>
    void Kill();

    /// <summary>
    /// When the task, or of a batch with a time limit the item that runs, really started, in ticks of
    /// <see cref="System.Diagnostics.Stopwatch"/>; 0 while it has not.
    /// </summary>
    long RunningSince(PoolTask task);

    /// <summary>
    /// How long the task that it finished last ran, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0: none has, or it is not known. A
    /// hint: the worker writes it.
    /// </summary>
    long LastRun { get; }

    /// <summary>
    /// Memory that the worker shares with nobody, in RAM or swapped out, in bytes; 0 if it is gone, or no process of its own. Costs
    /// microseconds.
    /// </summary>
    long OwnMemory { get; }

    /// <summary>Whether it was stopped from outside (SIGSTOP, a debugger) and so makes no progress. Costs microseconds.</summary>
    bool IsStopped { get; }
}
