namespace Multiprocessing.Pools;

/// <summary>A worker whose answers a waiting caller can take itself.</summary>
internal interface IDirectWait
{
    /// <summary>
    /// Takes answers on the calling thread until the task has ended. May return earlier, when another thread does it already or the worker
    /// is gone: the caller then waits in another way.
    /// </summary>
    void WaitDirectly(PoolTask task, Func<PoolTask, bool> hasEnded);

    /// <summary>Wakes whoever waits: its task has ended without an answer of this worker.</summary>
    void EndDirectWait();
}
