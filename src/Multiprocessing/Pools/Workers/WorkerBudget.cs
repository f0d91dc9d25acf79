namespace Multiprocessing.Pools;

/// <summary>
/// How many workers a pool has that does not say so: as many as this process may use processors. In a worker it is the worker's share of what
/// its pool's maker had, so that pools inside workers do not multiply to more busy processes than there are processors. A share is at least
/// one, and every pool has workers of its own: so an outer task that waits for an inner one can never wait for itself.
/// </summary>
internal static class WorkerBudget
{
    /// <summary>What the pools of this process have by default.</summary>
    internal static int OfThisProcess { get; private set; } = Math.Min(Environment.ProcessorCount, ProcessPool.MaxWorkers);

    /// <summary>What each worker of a pool of this process may use.</summary>
    internal static int ShareOf(int workers) => Math.Max(1, OfThisProcess / workers);

    /// <summary>This process has become a worker.</summary>
    internal static void Take(int share) => OfThisProcess = share;
}
