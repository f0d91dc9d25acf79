using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>The back end whose workers are processes.</summary>
internal sealed class ProcessWorkerFactory : IWorkerFactory
{
    private readonly WorkerSetup _setup;
    private readonly MultiprocessingContext _context;

    public ProcessWorkerFactory(WorkerSetup setup, MultiprocessingContext? context)
    {
        _setup = setup;
        _context = context ?? MultiprocessingContext.Default;
    }

    public IWorker Start(int workerId, IWorkerEvents events) => new ProcessWorker(workerId, events, _setup.ToBytes(), _context.StartMethod);

    public LargeBufferSink? SinkOfThisThread => RequestBuffers.OfThisThread;

    public void Dispose() => _setup.Release();
}
