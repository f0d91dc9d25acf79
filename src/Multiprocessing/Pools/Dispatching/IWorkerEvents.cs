namespace Multiprocessing.Pools;

/// <summary>
/// What a back end reports to the dispatcher, from its own threads and without holding locks. For one worker the order is: `Connected`,
/// `Ready` or `InitializerFailed`, any number of `Finished` and `HasRoom`, and always `Died` at the end, exactly once.
/// </summary>
internal interface IWorkerEvents
{
    /// <summary>How many tasks may be reported at a time; a bit for each fits into a word.</summary>
    const int MostFinished = 64;

    /// <summary>The worker runs; its initializer begins now. From here its time limit counts.</summary>
    void Connected(IWorker worker);

    /// <summary>The initializer has ended: tasks may come.</summary>
    void Ready(IWorker worker);

    /// <summary>The initializer threw. The dispatcher kills the worker.</summary>
    void InitializerFailed(IWorker worker, Exception exception);

    /// <summary>
    /// Tasks have ended, in this order; their responses were put into them before (<see cref="PoolTask.SetResponse"/>). At most
    /// <see cref="MostFinished"/> at a time.
    /// </summary>
    void Finished(IWorker worker, ReadOnlySpan<PoolTask> tasks);

    /// <summary>A worker that refused a task has room again.</summary>
    void HasRoom(IWorker worker);

    /// <summary>
    /// The worker has ended. Everything that it finished has been reported before; <paramref name="running"/> is the one task that it was
    /// executing, null if none. What else it was given never started and is sent elsewhere. If it is a batch, how far it was stands in it
    /// (<see cref="PoolTask.ItemsBegun"/>, <see cref="PoolTask.ItemsFinished"/>).
    /// </summary>
    void Died(IWorker worker, WorkerExit exit, PoolTask? running);
}
