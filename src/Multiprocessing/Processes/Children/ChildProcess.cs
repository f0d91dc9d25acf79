using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Platform;
using Multiprocessing.Processes;
using Multiprocessing.Serialization;

namespace Multiprocessing;

/// <summary>
/// A function that runs in a process of its own, as <c>new Thread(function)</c> runs it on a thread of its own: Python's
/// <c>multiprocessing.Process</c>.
/// </summary>
/// <remarks>
/// <para>
/// The function may be a static or an instance method, a lambda or a local function; what it captures and its argument are copied to
/// the new process when <see cref="Start"/> is called. Statics set by the program's <c>Main</c> are not there, because <c>Main</c> does
/// not run in the new process. Standard output and error are the parent's, standard input is empty.
/// </para>
/// <para>
/// A child never outlives its parent. If the parent exits in order, background children are terminated and all others are waited for;
/// if it dies in any other way, the kernel kills its children, and theirs, at once.
/// </para>
/// <para>
/// Exit codes: what the function returns (a function without an <see cref="int"/> result: 0), or what was given to
/// <see cref="Environment.Exit"/>, of which the system keeps the lowest 8 bits; 1 if the function throws (the exception is written to
/// the standard error stream); -N if signal N ended the process: -6 after an unhandled exception on another thread, a stack overflow
/// or <see cref="Environment.FailFast(string)"/>, -11 after a native segmentation fault, -15 after <see cref="Terminate"/>, -9 after
/// <see cref="Kill"/>, -2 after <see cref="Interrupt"/>.
/// </para>
/// <para>All members are thread-safe. Any number of threads may wait for the same child.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Active = new();

    private readonly Lock _lock = new();
    private readonly string _path = ProcessIdentity.NextChildPath();
    private ChildTarget? _target;
    private PayloadHolds? _holds;
    private StartedProcess? _process;
    private string _name;
    private bool _isBackground = ProcessIdentity.IsBackground;
    private StartMethod? _startMethod;
    private IReadOnlyDictionary<string, string?>? _environment;
    private string? _workingDirectory;
    private int? _niceness;
    private int[]? _affinity;
    private ManualResetEvent? _exitEvent;
    private bool _isDisposed;

    private ChildProcess(ChildTarget target)
    {
        WorkerGuard.EndIfUnclaimed();
        _target = target;
        _name = "Process-" + _path;
    }

    /// <summary>
    /// The children of this process that were started and have not ended: a new list with each call. It holds also those whose
    /// <see cref="ChildProcess"/> was disposed.
    /// </summary>
    public static IReadOnlyList<ChildProcess> ActiveChildren
    {
        get
        {
            var children = new List<ChildProcess>();
            foreach ((ChildProcess child, _) in Active)
            {
                if (child._process?.Handle.Exit is null)
                {
                    children.Add(child);
                }
            }
            return children;
        }
    }

    /// <summary>
    /// Starts the child. Returns when its process exists and its work is on the way, without waiting for it to begin.
    /// </summary>
    /// <remarks>
    /// A background child may have children, unlike Python's daemons: they live in the same tree and end with it. Children of children
    /// are so started by their parents, each by its own process.
    /// </remarks>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    /// <exception cref="UnserializableException">
    /// The function, what it captures or its argument cannot be copied to another process; nothing was started.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The start method is <see cref="StartMethod.Fork"/>, or this program runs in a way that a new process of it cannot be taken over
    /// (the message says why); nothing was started.
    /// </exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refused to start a process.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_process is not null)
            {
                throw new InvalidOperationException($"{_name} was started already; a process cannot be started twice.");
            }
            // First of all: a host that is refused may lack what the rest needs.
            LaunchCommand.ForCurrentProcess();
            int? niceness = SchedulingWish.Allowed(_niceness);
            byte[]? affinity = _affinity is null ? null : SchedulingWish.Usable(_affinity);
            byte[] target = SelfContainedPayload.Serialize(_target!, out PayloadHolds? holds);
            var claim = new Claim
            {
                Role = TargetRole.RoleName,
                Name = _name,
                Path = _path,
                ParentName = ProcessIdentity.Name,
                IsBackground = _isBackground,
                ProcessGroup = Kernel.Lifetime.ProcessGroup,
                Payload = target,
            };
            ReadOnlyMemory<byte> payload = claim.Payload;
            try
            {
                _process = ProcessStarter.Start(new StartRequest
                {
                    Method = _startMethod ?? MultiprocessingContext.Default.StartMethod,
                    Claim = claim,
                    Environment = _environment,
                    WorkingDirectory = _workingDirectory,
                    Niceness = niceness,
                    Affinity = affinity,
                    Rehearsal = () => TargetRole.CreateRehearsal(payload.Span),
                });
            }
            catch
            {
                holds?.Dispose();
                throw;
            }
            _holds = holds;
            _target = null;
            Active[this] = true;
        }
        ExitRules.Add(_process, _isBackground, _name);
        _process.OnEnded(OnEnded);
    }

    /// <summary>Waits until the child has ended.</summary>
    /// <exception cref="InvalidOperationException">The child was not started.</exception>
    /// <exception cref="ProcessStartException">The process never came to its work.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Join() => Join(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until the child has ended, but not longer than a time.</summary>
    /// <param name="timeout">Infinite, zero (only looks) or positive.</param>
    /// <param name="cancellationToken">Ends the waiting, not the child.</param>
    /// <returns>False if the child still runs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite, or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <inheritdoc cref="Join()" path="/exception"/>
    public bool Join(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        StartedProcess process = Started();
        if (!process.Ended.Wait(timeout, cancellationToken))
        {
            return false;
        }
        ThrowIfStartFailed(process);
        return true;
    }

    /// <summary>Waits until the child has ended, without blocking a thread.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the child.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <inheritdoc cref="Join()" path="/exception"/>
    public async Task WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        StartedProcess process = Started();
        await process.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfStartFailed(process);
    }

    /// <summary>
    /// Asks the child to stop, by SIGINT, as Ctrl-C does: cancels the stopping token of its function, if that takes one, and raises
    /// <see cref="Console.CancelKeyPress"/>. A function that then throws the <see cref="OperationCanceledException"/> of its token ends
    /// its process with -2, as does one that handles neither. Does nothing if the child has ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">The child was not started.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Interrupt() => Started().Signal(Signal.Interrupt);

    /// <summary>
    /// Ends the child by SIGTERM: at once, unless its code handles that signal. Nothing is flushed, and its exit handlers don't run; its own
    /// children die with it. Does nothing if the child has ended.
    /// </summary>
    /// <inheritdoc cref="Interrupt" path="/exception"/>
    public void Terminate() => Started().Signal(Signal.Terminate);

    /// <summary>Ends the child by SIGKILL, whatever it does. Does nothing if the child has ended.</summary>
    /// <inheritdoc cref="Interrupt" path="/exception"/>
    public void Kill() => Started().Signal(Signal.Kill);

    /// <summary>
    /// Lets go of the child without ending it: it runs on, stays in <see cref="ActiveChildren"/> and is waited for, or terminated, when
    /// this process exits. Of this object only <see cref="Name"/> and <see cref="ToString"/> can be used afterwards. Never throws, unlike
    /// Python's <c>close</c>.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _target = null;
            _exitEvent?.Dispose();
            _exitEvent = null;
        }
    }

    /// <summary>Name, id and state, for people.</summary>
    public override string ToString()
    {
        StartedProcess? process = _process;
        string state = process is null ? "initial"
            : process.Handle.Exit is { } exit ? "ended, " + exit
            : "running";
        string id = process is null ? "" : $", id {process.Id}";
        return $"ChildProcess {Name}{id}, {(_isDisposed ? "disposed, " : "")}{state}{(_isBackground ? ", background" : "")}";
    }

    private static void ThrowIfStartFailed(StartedProcess process)
    {
        if (process.StartFailure is { } failure)
        {
            ExitRules.Forget(process);
            throw new ProcessStartException($"The new process {process.Id} {failure}", process.Id);
        }
    }

    private StartedProcess Started()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _process ?? throw new InvalidOperationException($"{_name} was not started.");
        }
    }

    private void OnEnded(ExitStatus status)
    {
        Active.TryRemove(this, out _);
        lock (_lock)
        {
            _exitEvent?.Set();
            _holds?.Dispose();
            _holds = null;
        }
    }
}
