using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>Options of a <see cref="ProcessPool"/>'s streams. Immutable; may be shared by any number of calls and threads.</summary>
public sealed class MapStreamOptions
{
    /// <summary>
    /// How long each single item may run, from its real start in a worker. An item that takes longer is stopped and fails with a
    /// <see cref="TaskTimeoutException"/>; the other items are not touched.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> (default), zero or positive.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan Timeout { get; init => field = OptionGuard.Timeout(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How many items may have been read from the input while their results have not been taken: waiting, running or finished together.
    /// At least 1; null (default): 64 per worker.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ReadAhead { get; init => field = OptionGuard.AtLeastOne(value); }

    /// <summary>
    /// Whether the first item that fails ends the enumeration and cancels the rest. If not (default), its exception is thrown for this
    /// item alone and the enumerator can be asked for the next result.
    /// </summary>
    public bool StopOnError { get; init; }

    /// <summary>
    /// Makes the numbers that an item gets from <see cref="PoolWorker.Random"/> the same each time: they depend on this and on the item's place
    /// in the input, and on nothing else. Any number. Default: null, which means numbers that nobody can foresee.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>When the items are started, compared with other work of the pool, see <see cref="TaskPriority"/>. Default: <see cref="TaskPriority.Normal"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public TaskPriority Priority { get; init => field = OptionGuard.Defined(value); }
}
