namespace Multiprocessing.Pools;

/// <summary>The back end for debugging: workers are threads of this process. Everything is serialized as if they were not.</summary>
internal sealed class InProcessWorkerFactory(WorkerSetup setup) : IWorkerFactory
{
    public IWorker Start(int workerId, IWorkerEvents events) => InProcessWorker.Start(workerId, events, setup);

    public void Dispose() => setup.Release();
}
