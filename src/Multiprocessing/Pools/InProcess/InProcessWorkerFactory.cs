namespace Multiprocessing.Pools;

/// <summary>The back end for debugging: workers are threads of this process. Everything is serialized as if they were not.</summary>
internal sealed class InProcessWorkerFactory : IWorkerFactory
{
    private readonly WorkerSetup _setup;

    internal InProcessWorkerFactory(ProcessPoolOptions options)
    {
        WorkerSurroundings.ThrowIfAny(options);
        _setup = WorkerSetup.Create(options);
    }

    public IWorker Start(int number, int workerId, IWorkerEvents events) => InProcessWorker.Start(number, workerId, events, _setup);

    public void Dispose() => _setup.Release();
}
