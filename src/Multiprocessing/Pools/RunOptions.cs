using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>Options of one call of <see cref="ProcessPool"/>. Immutable; may be shared by any number of calls and threads.</summary>
public sealed class RunOptions
{
    /// <summary>
    /// How long the work may run, from its real start in a worker (the time in the queue does not count). Afterwards it is stopped like
    /// a cancelled call: by its own token first if the delegate takes one, then by killing its worker; the call ends with a
    /// <see cref="TaskTimeoutException"/>, and nothing of the work runs any more then; what the kernel takes back of a killed worker (locks,
    /// sockets, memory) follows within milliseconds. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> (default), zero or positive.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan Timeout { get; init => field = OptionGuard.Timeout(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Makes the numbers of <see cref="PoolWorker.Random"/> the same each time: they depend on this and nothing else. Any number. Default: null,
    /// which means numbers that nobody can foresee.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>Which of the waiting calls is started first, see <see cref="TaskPriority"/>. Default: <see cref="TaskPriority.Normal"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public TaskPriority Priority { get; init => field = OptionGuard.Defined(value); }

    /// <summary>
    /// How often the work is tried again if its worker dies of it. Default: null, which means <see cref="ProcessPoolOptions.Retry"/> of the pool.
    /// </summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// Calls with equal keys go to the same worker, one after the other in the order in which they were made, so that what the worker keeps for
    /// the key (<see cref="WorkerLocal{T}"/>, static fields) is there. Any object with <see cref="object.Equals(object)"/> and
    /// <see cref="object.GetHashCode"/> that never change, such as a string or a number. Default: null, which means any worker.
    /// </summary>
    /// <remarks>
    /// A key is given to the worker with the fewest keys, a new one if the pool may have more. It moves when that worker has died or is replaced
    /// (then calls that were waiting follow in their order), and when calls of it have waited for a second, none of them is with the worker, and
    /// another worker has nothing to do. A call with a key has the normal priority, whatever <see cref="Priority"/> says, and
    /// may run before more urgent work that came after it; one that
    /// is tried again (<see cref="Retry"/>) has lost its place and may run anywhere. A pool remembers 65,536 keys; of more, those without calls are forgotten, the oldest first.
    /// </remarks>
    public object? StickyKey { get; init; }
}
