namespace Multiprocessing.Chaos;

/// <summary>Options of a pool, every one at random.</summary>
internal static class RandomOptions
{
    internal static ProcessPoolOptions Create(Random random, int mostWorkers, Ledger ledger)
    {
        var cells = ledger.Cells;
        return new ProcessPoolOptions
        {
            Workers = random.Next(1, mostWorkers + 1),
            Spares = random.Next(4) == 0 ? random.Next(1, 3) : 0,
            MinWorkers = random.Next(4) == 0 ? random.Next(1, mostWorkers + 1) : 0,
            IdleTimeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 500)) : Timeout.InfiniteTimeSpan,
            RecycleAfterTasks = random.Next(4) == 0 ? random.Next(1, 2000) : null,
            RecycleAfter = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 2000)) : Timeout.InfiniteTimeSpan,
            CancellationGracePeriod = TimeSpan.FromMilliseconds(random.Next(0, 60)),
            ShutdownTimeout = TimeSpan.FromMilliseconds(random.Next(0, 2000)),

            // Of what is killed from outside while it starts or is idle nobody is to blame.
            MaxWorkerFailures = random.Next(8) == 0 ? random.Next(2, 6) : 1_000_000,
            Initializer = () => ChaosWork.Cells = cells,
            Backend = random.Next(12) == 0 ? PoolBackend.InProcess : PoolBackend.Processes,
        };
    }
}
