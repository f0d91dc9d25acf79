using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>The back end whose workers are processes.</summary>
internal sealed class ProcessWorkerFactory : IWorkerFactory
{
    private readonly WorkerSetup _setup;

    public ProcessWorkerFactory(WorkerSetup setup) => _setup = setup;

    public IWorker Start(int workerId, IWorkerEvents events) => new ProcessWorker(workerId, events, _setup.ToBytes());

    public LargeBufferSink? SinkOfThisThread => RequestBuffers.OfThisThread;

    public void Dispose()
    {
        // Every worker ends by its own rules; the factory holds nothing beside them.
    }
}
