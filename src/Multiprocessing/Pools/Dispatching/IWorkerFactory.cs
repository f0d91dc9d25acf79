using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>A back end of the pool: where tasks run. Processes, threads of this process, or simulated ones for tests.</summary>
internal interface IWorkerFactory : IDisposable
{
    /// <summary>
    /// Begins to start a worker. Called under the dispatcher's lock: it must not block for long and must not call
    /// <paramref name="events"/> from inside; it may throw if a worker cannot be started at all.
    /// </summary>
    /// <param name="number">How many-th worker of the pool it is, from 1.</param>
    /// <param name="workerId">A small number that no other living worker of the pool has, from 0.</param>
    /// <param name="events">Who is told what becomes of it.</param>
    IWorker Start(int number, int workerId, IWorkerEvents events);

    /// <summary>Ends when what the workers have said beside their results has been delivered. They are gone when somebody asks.</summary>
    Task IsQuiet => Task.CompletedTask;

    /// <summary>Whether its workers write results of batches without a payload (<see cref="BatchTask.ResultSize"/>).</summary>
    bool TakesRawResults => false;

    /// <summary>Where large buffers of the request that this thread writes next go; null: into the request itself.</summary>
    LargeBufferSink? SinkOfThisThread => null;
}
