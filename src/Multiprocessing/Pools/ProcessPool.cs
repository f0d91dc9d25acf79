using Multiprocessing.Diagnostics;
using Multiprocessing.Pools;
using Multiprocessing.Processes;

namespace Multiprocessing;

/// <summary>
/// Runs functions in worker processes: <see cref="Run{TResult}(Func{TResult}, CancellationToken)"/> as easily as
/// <see cref="Task.Run{TResult}(Func{TResult})"/> runs them on a thread, but contained and killable.
/// </summary>
/// <remarks>
/// <para>
/// A worker runs one task at a time. Workers are started when there is work for them and are kept for the next. A worker that dies costs
/// exactly the task that it was running, which ends with a <see cref="WorkerDiedException"/>; tasks that it was given in advance run
/// elsewhere, and it is replaced. Every call always ends: with its result, its own exception, or one that says what happened to it.
/// </para>
/// <para>
/// Arguments, captured variables and results are copied. A worker has neither the static state of this program nor its
/// <see cref="AsyncLocal{T}"/> values; <see cref="System.Globalization.CultureInfo.CurrentCulture"/> and
/// <see cref="System.Globalization.CultureInfo.CurrentUICulture"/> travel with the task.
/// </para>
/// <para>
/// Dispose of a pool when it is no longer needed. One that is forgotten ends when the garbage collector finds it, after the work that it was
/// given, and <see cref="MultiprocessingLog"/> is told.
/// </para>
/// <para>
/// A worker may have pools of its own. By default such a pool has the worker's share of the processors, at least one worker, so that the
/// whole tree keeps no more processes busy than there are processors; a pool that says how many workers it wants has them.
/// </para>
/// <para>Thread-safe: all members may be used from any number of threads. The workers die with this process, however it ends.</para>
/// </remarks>
public sealed partial class ProcessPool : IAsyncDisposable, IDisposable
{
    internal const int MaxWorkers = 4096;

    private static readonly Lazy<ProcessPool> SharedPool = new(static () => new ProcessPool(new ProcessPoolOptions { Name = "shared" }, null, isShared: true));

    private readonly IWorkerFactory _factory;
    private readonly Dispatcher _dispatcher;
    private readonly Cultures _cultures = Cultures.OfThisThread;
    private readonly RetryPolicy _retry;
    private readonly TimeSpan _shutdownTimeout;
    private readonly bool _isShared;
    private volatile bool _isDisposed;

    /// <summary>Makes a pool with the default options: see <see cref="ProcessPoolOptions.Workers"/>.</summary>
    public ProcessPool()
        : this(new ProcessPoolOptions())
    {
    }

    /// <summary>Makes a pool with a number of workers.</summary>
    /// <param name="workers">How many tasks run at a time: 1 to 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public ProcessPool(int workers)
        : this(new ProcessPoolOptions { Workers = workers })
    {
    }

    /// <summary>Makes a pool. No worker is started before there is work, unless <see cref="ProcessPoolOptions.MinWorkers"/> says so.</summary>
    /// <param name="options">The options; they are copied.</param>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="UnserializableException">The initializer or the exit hook cannot be sent to a worker.</exception>
    /// <exception cref="DirectoryNotFoundException">The working directory does not exist.</exception>
    /// <exception cref="ArgumentException">This process cannot run on one of the processors of <see cref="ProcessPoolOptions.Affinity"/>.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">This process lacks the privilege for <see cref="ProcessPoolOptions.Niceness"/>.</exception>
    /// <exception cref="NotSupportedException">An option needs processes, and the back end is <see cref="PoolBackend.InProcess"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">
    /// This program runs in a way that a new process of it cannot be taken over, such as trimmed or compiled ahead of time; the message
    /// says why.
    /// </exception>
    public ProcessPool(ProcessPoolOptions options)
        : this(options, null, isShared: false)
    {
    }

    /// <summary>For tests: with another back end, or another clock.</summary>
    internal ProcessPool(ProcessPoolOptions options, IWorkerFactory? factory, bool isShared = false, Func<Action, IDeadlines>? deadlines = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Copy();
        PoolProgress.Install();
        _retry = options.Retry;
        _shutdownTimeout = options.ShutdownTimeout;
        _isShared = isShared;
        if (factory is null && options.Backend == PoolBackend.Processes)
        {
            // First of all: a program whose workers could not be taken over may lack what the rest needs.
            WorkerGuard.EndIfUnclaimed();
            LaunchCommand.ForCurrentProcess();
        }
        _factory = factory ??= WorkerFactories.Create(options);
        _dispatcher = new Dispatcher(factory, DispatcherSettings.Of(options), deadlines ?? (static onAlarm => new EventLoopDeadlines(onAlarm)));
        CountedPools.Add(_dispatcher);
        _dispatcher.Begin();
        if (options.CloseOnSignal)
        {
            SignalClosing.Add(_dispatcher, _shutdownTimeout);
        }
    }

    /// <summary>
    /// A pool that nobody refers to any more and nobody has ended: what it was given is done, then its workers end. Nothing that outlives
    /// this object (workers, threads, tasks) refers to it; they know the dispatcher.
    /// </summary>
    ~ProcessPool()
    {
        // Null if the constructor threw.
        if (_dispatcher?.CompleteForgotten() == true)
        {
            MultiprocessingLog.PoolWasForgotten();
        }
    }

    /// <summary>
    /// The pool for everybody, with the default options; made at first use. It cannot be completed or terminated, disposing of it does
    /// nothing, and it ends with the process.
    /// </summary>
    public static ProcessPool Shared => SharedPool.Value;

    internal RetryPolicy Retry => _retry;

    /// <summary>By which observers know it.</summary>
    internal string Name => _dispatcher.Name;

    /// <summary>How many tasks run at a time: what the options said, or the last <see cref="Resize"/>.</summary>
    public int WorkerCount => _dispatcher.WorkerCount;

    /// <summary>
    /// Ends when the pool has: after <see cref="Complete"/> or <see cref="Terminate"/>, all work done and all workers gone. Fails with a
    /// <see cref="PoolBrokenException"/> when the pool has given up. The task of <see cref="Shared"/> never ends unless it fails.
    /// </summary>
    public Task Completion => _dispatcher.Completion;

    /// <summary>
    /// Takes no more work: later calls throw <see cref="InvalidOperationException"/>. What was given before is done, then the workers end;
    /// <see cref="Completion"/> tells when. Does not wait; may be called again. A map or stream that has begun goes on to the end of its input,
    /// however long that is. To wait for a limited time: <c>await pool.Completion.WaitAsync(timeout)</c> or
    /// <c>pool.Completion.Wait(timeout)</c>, then perhaps <see cref="Terminate"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Shared"/>.</exception>
    public void Complete()
    {
        ThrowIfShared();
        _dispatcher.Complete();
    }

    /// <summary>
    /// Ends the pool at once: everything pending, queued or running, is cancelled when this method returns, and the workers are killed;
    /// <see cref="Completion"/> tells when the last is gone. Later calls throw <see cref="InvalidOperationException"/>; a map or stream that
    /// has begun ends as cancelled. Does not wait; may be called again, also after <see cref="Complete"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Shared"/>.</exception>
    public void Terminate()
    {
        ThrowIfShared();
        _dispatcher.Terminate();
    }

    /// <summary>
    /// Changes how many tasks run at a time, also of <see cref="Shared"/>. More workers are started when there is work for them. Too many end
    /// cleanly: idle ones now, busy ones as soon as they have finished what they run; what they were given in advance runs elsewhere. Does
    /// not wait. Nothing happens when the pool has ended.
    /// </summary>
    /// <param name="workers">How many tasks run at a time: 1 to 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public void Resize(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, MaxWorkers);
        _dispatcher.Resize(workers);
    }

    /// <summary>What the pool is doing now. Costs some microseconds for each worker.</summary>
    /// <returns>A snapshot.</returns>
    public PoolStatistics GetStatistics() => _dispatcher.GetStatistics();

    /// <summary>
    /// Completes the pool and waits for its end, at most <see cref="ProcessPoolOptions.ShutdownTimeout"/>; then terminates it. Later calls
    /// throw <see cref="ObjectDisposedException"/>. Does nothing for <see cref="Shared"/>.
    /// </summary>
    public void Dispose()
    {
        if (_isShared)
        {
            return;
        }
        _isDisposed = true;
        GC.SuppressFinalize(this);
        PoolEnd.Close(_dispatcher, _shutdownTimeout);
    }

    /// <summary>
    /// Completes the pool and waits for its end, at most <see cref="ProcessPoolOptions.ShutdownTimeout"/>; then terminates it. Later calls
    /// throw <see cref="ObjectDisposedException"/>. Does nothing for <see cref="Shared"/>.
    /// </summary>
    /// <returns>A task that ends when the pool has; it does not fail.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_isShared)
        {
            return;
        }
        _isDisposed = true;
        GC.SuppressFinalize(this);
        await PoolEnd.CloseAsync(_dispatcher, _shutdownTimeout).ConfigureAwait(false);
    }

    /// <summary>For whoever looks for the reason of a hang.</summary>
    internal string Describe() => _dispatcher.Describe();

    private void ThrowIfShared()
    {
        if (_isShared)
        {
            throw new InvalidOperationException("The shared pool serves the whole program and cannot be ended. Make a pool of your own.");
        }
    }
}
