using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>Options of a <see cref="ProcessPool"/>'s maps. Immutable; may be shared by any number of calls and threads.</summary>
public sealed class MapOptions
{
    /// <summary>
    /// How long each single item may run, from its real start in a worker. An item that takes longer is stopped and fails with a
    /// <see cref="TaskTimeoutException"/>; the other items are not touched.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> (default), zero or positive.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan Timeout { get; init => field = OptionGuard.Timeout(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Makes the numbers that an item gets from <see cref="PoolWorker.Random"/> the same each time: they depend on this and on the item's place
    /// in the input, and on nothing else. Any number. Default: null, which means numbers that nobody can foresee.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>When the items are started, compared with other work of the pool, see <see cref="TaskPriority"/>. Default: <see cref="TaskPriority.Normal"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public TaskPriority Priority { get; init => field = OptionGuard.Defined(value); }

    /// <summary>
    /// How often an item is tried again if its worker dies of it. Default: null, which means <see cref="ProcessPoolOptions.Retry"/> of the pool.
    /// </summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// How many items travel to a worker together: at least 1; null (default): adaptive. Adaptive means so many that they take about 300
    /// microseconds, measured all the time, from a single item to some thousands; a worker that has nothing to do takes over half of what
    /// another one has left, and nobody waits behind an item that turns out long. A number is exact (but for the last chunk, for items too
    /// large to travel with others, and that items and raw results of a chunk have 28 KiB each at most): a chunk is run by one worker, one item
    /// after the other, and given to no other unless the worker dies, must be stopped or reaches
    /// <see cref="ProcessPoolOptions.RecycleAfterTasks"/>. In either case items fail, time out and are lost one by one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ChunkSize { get; init => field = OptionGuard.AtLeastOne(value); }
}
