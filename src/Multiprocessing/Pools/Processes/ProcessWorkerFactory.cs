using Multiprocessing.Processes;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>The back end whose workers are processes.</summary>
internal sealed class ProcessWorkerFactory : IWorkerFactory
{
    private readonly WorkerSetup _setup;
    private readonly WorkerSurroundings _surroundings;
    private readonly MultiprocessingContext _context;
    private readonly WorkerVoices _voices;
    private readonly LaunchOptions _options;

    public ProcessWorkerFactory(ProcessPoolOptions options)
    {
        _surroundings = WorkerSurroundings.Of(options);
        _setup = WorkerSetup.Create(options);
        _context = options.Context ?? MultiprocessingContext.Default;
        _options = options.MemoryLimit is { } limit
            ? new LaunchOptions { HeapHardLimit = MemoryLimits.HeapOf(limit), MemoryLimit = limit }
            : LaunchOptions.Default;
        OutOfMemoryKills.Begin(removeLeftovers: options.MemoryLimit is not null);
        _voices = new WorkerVoices(options.StandardOutput);
    }

    public IWorker Start(int number, int workerId, IWorkerEvents events) =>
        new ProcessWorker(number, workerId, events, _setup.ToBytes(workerId), _surroundings, _voices, _context.StartMethod, _options);

    public Task IsQuiet => _voices.IsQuiet;

    public bool TakesRawResults => true;

    public LargeBufferSink? SinkOfThisThread => RequestBuffers.OfThisThread;

    public void Dispose() => _setup.Release();
}
