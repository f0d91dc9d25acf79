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
    /// At least 1; null (default): 64 per worker, more if items are so short that they travel in larger batches. Never more than
    /// <see cref="MaxBufferedBytes"/> allows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ReadAhead { get; init => field = OptionGuard.AtLeastOne(value); }

    /// <summary>
    /// How many bytes the stream may hold: those of serialized items that have not been run, and those of results that have not been taken.
    /// While it holds more, nothing is read from the input; an item that is larger by itself still passes alone. What is under way is counted
    /// with the average size of the results before it, so that a sudden change of their size can exceed the limit for a moment.
    /// At least 1. Default: 64 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long MaxBufferedBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64L << 20;

    /// <summary>
    /// How many items travel to a worker together: at least 1; null (default): adaptive; as <see cref="MapOptions.ChunkSize"/>. A chunk is sent
    /// when it is complete, the input has ended, or there is no room for more (<see cref="ReadAhead"/>, <see cref="MaxBufferedBytes"/>); an
    /// adaptive batch also when the input makes a pause of a few milliseconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ChunkSize { get; init => field = OptionGuard.AtLeastOne(value); }

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

    /// <summary>
    /// How often an item is tried again if its worker dies of it. Default: null, which means <see cref="ProcessPoolOptions.Retry"/> of the pool.
    /// </summary>
    public RetryPolicy? Retry { get; init; }
}
