using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>Options of a <see cref="ProcessPool"/>. The pool copies them when it is constructed; later changes have no effect on it.</summary>
public sealed partial class ProcessPoolOptions
{
    /// <summary>
    /// How many tasks run at a time, each in a worker of its own: 1 to 4,096. Workers are started when there is work for them; an idle
    /// one is used before another is started. Default: the number of processors that this process may use
    /// (<see cref="System.Environment.ProcessorCount"/>, which heeds affinity and cgroup limits); in a worker of a pool its share of that, at least 1:
    /// what the pool's maker had by default, divided by the number of that pool's workers.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Workers
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ProcessPool.MaxWorkers);
            field = value;
        }
    } = WorkerBudget.OfThisProcess;

    /// <summary>
    /// How many started and initialized workers are kept beside those that work, to replace one that dies without a delay: 0 to 64.
    /// They are started once the pool has done its first work. Default: 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Spares
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64);
            field = value;
        }
    }

    /// <summary>
    /// How many workers are started with the pool and kept however long they are idle: 0 to 4,096; more than <see cref="Workers"/> means all
    /// of them. One of these that dies is replaced at once, also when there is nothing to do. Default: 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MinWorkers
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ProcessPool.MaxWorkers);
            field = value;
        }
    }

    /// <summary>
    /// How long the workers above <see cref="MinWorkers"/> may have nothing to do before they end cleanly, those idle for longest first:
    /// infinite (they stay), zero or positive. They are not missed: the next work starts new ones. Watched at a quarter of this time, so
    /// that a worker ends up to a quarter later. Default: five minutes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan IdleTimeout { get; set => field = OptionGuard.Timeout(value); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many tasks (calls, items of maps and of streams) a worker runs before it ends cleanly and is replaced: at least 1; null (default):
    /// any number. No worker runs more. A successor is started before the worker has reached its limit, so that nothing waits for it,
    /// unless workers reach their limit faster than new ones can be started. A task that was withdrawn before it started does not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? RecycleAfterTasks { get; set => field = OptionGuard.AtLeastOne(value); }

    /// <summary>
    /// How old a worker becomes, from the end of its initializer, before it is replaced: infinite (default), zero or positive. It goes on
    /// working until a successor is ready, then finishes what it runs and ends cleanly; tasks are never interrupted for this. Workers are
    /// replaced a few at a time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan RecycleAfter { get; set => field = OptionGuard.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// What every worker runs once before its first task, on the thread that will run the tasks. Captured variables are its arguments; it
    /// is serialized when the pool is constructed. If it throws or takes too long, the pool fails with a <see cref="PoolBrokenException"/>
    /// that holds the exception. Default: null.
    /// </summary>
    public Action? Initializer { get; set; }

    /// <summary>How long <see cref="Initializer"/> may run: infinite, zero or positive. Default: one minute.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan InitializerTimeout { get; set => field = OptionGuard.Timeout(value); } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What every worker runs once when it ends cleanly: the pool has been completed or disposed of, or the worker is replaced
    /// (<see cref="RecycleAfterTasks"/>, <see cref="RecycleAfter"/>) or was idle for long. It runs on the thread that ran the tasks and sees the
    /// static fields that they left. Captured variables are its arguments; it is serialized when the pool is constructed. If it throws, that is
    /// logged and the pool does not care. It does not run in a worker that is killed or dies, nor when the pool is terminated or the program
    /// ends without disposing of it. Default: null.
    /// </summary>
    public Action? ExitHook { get; set; }

    /// <summary>
    /// How long <see cref="ExitHook"/> and the disposal of the <see cref="WorkerLocal{T}"/> values may take together: infinite, zero or positive.
    /// After that the worker is ended as it is, which is logged. Default: ten seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan ExitHookTimeout { get; set => field = OptionGuard.Timeout(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long work that is cancelled or out of time, and whose delegate takes a <see cref="CancellationToken"/>, may go on before its
    /// worker is killed: infinite (never kill), zero or positive. Work without a token is killed at once. Default: one second.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan CancellationGracePeriod { get; set => field = OptionGuard.Timeout(value); } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long <see cref="ProcessPool.Dispose"/> and <see cref="ProcessPool.DisposeAsync"/> wait for work that is still queued or running
    /// before they terminate the pool: infinite, zero or positive. Default: 30 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or longer than 24 days.</exception>
    public TimeSpan ShutdownTimeout { get; set => field = OptionGuard.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether SIGTERM and SIGINT (Ctrl-C) wind the pool down before they end this process: it is completed, waited for at most
    /// <see cref="ShutdownTimeout"/>, then terminated. A handler that is registered after the pool was made is asked first; if it cancels the
    /// signal, nothing happens to the pool. If not (default), no handler is installed, and the workers die with the process.
    /// </summary>
    public bool CloseOnSignal { get; set; }

    /// <summary>
    /// How many workers in a row may die without having been given a task to die of (while they start, or idle) before the pool gives up
    /// with a <see cref="PoolBrokenException"/>. As long as another worker is ready it does not give up. Between such deaths the pool waits longer
    /// and longer, up to a second. A worker that a
    /// task kills does not count: that task fails. 1 to 1,000,000. Default: 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxWorkerFailures
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_000_000);
            field = value;
        }
    } = 8;

    /// <summary>
    /// How often work is tried again whose worker dies of it, unless a call says otherwise (<see cref="RunOptions.Retry"/>). Default:
    /// <see cref="RetryPolicy.None"/>: no code of the user runs twice unless asked for.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RetryPolicy Retry { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = RetryPolicy.None;

    /// <summary>Where the workers live. Default: <see cref="PoolBackend.Processes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public PoolBackend Backend
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    }

    /// <summary>
    /// The name by which metrics and traces know the pool; pools of one name are counted together. Each name makes series of its own, which last as
    /// long as the process: do not give every pool another one. Default: "default"; that of <see cref="ProcessPool.Shared"/> is "shared".
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Name { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = "default";

    /// <summary>How the workers are started. Default: null, which means <see cref="MultiprocessingContext.Default"/>.</summary>
    public MultiprocessingContext? Context { get; set; }

    internal ProcessPoolOptions Copy() => (ProcessPoolOptions)MemberwiseClone();
}
