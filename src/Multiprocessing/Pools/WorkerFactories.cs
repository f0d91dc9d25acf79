using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Pools;

/// <summary>Which back end a pool gets.</summary>
internal static class WorkerFactories
{
    internal static IWorkerFactory Create(ProcessPoolOptions options) => options.Backend switch
    {
        PoolBackend.InProcess => new InProcessWorkerFactory(options),
        _ => new ProcessWorkerFactory(options),
    };
}
