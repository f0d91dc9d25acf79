using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Pools;

/// <summary>Which back end a pool gets.</summary>
internal static class WorkerFactories
{
    internal static IWorkerFactory Create(ProcessPoolOptions options) => options.Backend switch
    {
        PoolBackend.InProcess when options.MemoryLimit is not null =>
            throw new NotSupportedException("A pool whose workers are threads of this process cannot limit their memory."),
        PoolBackend.InProcess => new InProcessWorkerFactory(options),
        _ => new ProcessWorkerFactory(options),
    };
}
