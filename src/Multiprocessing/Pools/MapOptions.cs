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
}
