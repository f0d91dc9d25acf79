namespace Multiprocessing.Diagnostics;

/// <summary>A pool as its observers see it.</summary>
internal interface ICountedPool
{
    string Name { get; }

    PoolCounts Count();
}

/// <summary>
/// The pools of this process. They count in any case; who observes them asks for it here. What one has counted stays when it has ended, under its
/// name, so a counter never goes back and there are no more time series than names.
/// </summary>
internal static class CountedPools
{
    private static readonly Lock Gate = new();
    private static readonly List<ICountedPool> Living = [];
    private static readonly Dictionary<string, PoolCounts> Ended = [];

    internal static void Add(ICountedPool pool)
    {
        Observers.Watch();
        lock (Gate)
        {
            Living.Add(pool);
        }
    }

    /// <summary>A pool has ended; nothing happens if it was not added.</summary>
    internal static void Remove(ICountedPool pool)
    {
        lock (Gate)
        {
            if (Living.Remove(pool))
            {
                Of(Ended, pool.Name).Add(pool.Count());
            }
        }
    }

    internal static Dictionary<string, PoolCounts> Read()
    {
        lock (Gate)
        {
            var all = new Dictionary<string, PoolCounts>();
            foreach (var (name, counts) in Ended)
            {
                Of(all, name).Add(counts);
            }
            foreach (var pool in Living)
            {
                Of(all, pool.Name).Add(pool.Count());
            }
            return all;
        }
    }

    private static PoolCounts Of(Dictionary<string, PoolCounts> pools, string name)
    {
        if (!pools.TryGetValue(name, out var counts))
        {
            pools.Add(name, counts = new PoolCounts());
        }
        return counts;
    }
}
