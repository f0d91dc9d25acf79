using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Pools;

/// <summary>Which back end a pool gets.</summary>
internal static class WorkerFactories
{
    internal static IWorkerFactory Create(ProcessPoolOptions options, WorkerSetup setup) => options.Backend switch
    {
        PoolBackend.InProcess => new InProcessWorkerFactory(setup),
        _ => new ProcessWorkerFactory(setup, options.Context),
    };
}
