using Multiprocessing.Platform;
using Multiprocessing.Processes;

namespace Multiprocessing;

public sealed partial class ChildProcess
{
    /// <summary>
    /// A name for people, by default <c>Process-1</c>, <c>Process-2</c> ... and <c>Process-1:1</c> for the first child of the first child. A name set after
    /// the start does not reach the child.
    /// </summary>
    /// <exception cref="ArgumentException">Setting an empty name.</exception>
    public string Name
    {
        get => _name;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            _name = value;
        }
    }

    /// <summary>
    /// Whether the child is terminated when this process exits, instead of waited for (Python's <c>daemon</c>). By default that of
    /// the process that creates it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    public bool IsBackground
    {
        get => _isBackground;
        set => SetBeforeStart(() => _isBackground = value);
    }

    /// <summary>How the process comes to be. If not set, that of <see cref="MultiprocessingContext.Default"/> at the start.</summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    public StartMethod StartMethod
    {
        get => _startMethod ?? MultiprocessingContext.Default.StartMethodIfSet ?? StartMethod.Standby;
        set => SetBeforeStart(() => _startMethod = value);
    }

    /// <summary>
    /// Environment variables that the child has beside, or instead of, those that this process has at the start; null as value
    /// removes one. Native code of the child sees the same.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    /// <exception cref="ArgumentException">Setting a dictionary with a name that is empty or contains <c>=</c> or a null character.</exception>
    public IReadOnlyDictionary<string, string?>? Environment
    {
        get => _environment;
        set
        {
            Dictionary<string, string?>? copy = EnvironmentChanges.Copy(value);
            SetBeforeStart(() => _environment = copy);
        }
    }

    /// <summary>The working directory of the child; if null, the one that this process has at the start. May be relative to that.</summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    public string? WorkingDirectory
    {
        get => _workingDirectory;
        set => SetBeforeStart(() => _workingDirectory = value);
    }

    /// <summary>
    /// The nice value of the child: -20 (gets the processor first) to 19 (last). One lower than that of this process needs a privilege.
    /// Default: null, which means the one that this process has at the start.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int? Niceness
    {
        get => _niceness;
        set
        {
            int? niceness = SchedulingWish.InRange(value);
            SetBeforeStart(() => _niceness = niceness);
        }
    }

    /// <summary>
    /// The numbers of the processors that the child may run on. The collection is copied. Default: null, which means those that this process
    /// may run on at the start.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting it after the start.</exception>
    /// <exception cref="ArgumentException">Setting a collection that is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Setting a number that is negative or greater than 8,191.</exception>
    public IReadOnlyCollection<int>? Affinity
    {
        get => _affinity;
        set
        {
            int[]? affinity = ProcessorMask.Copy(value);
            SetBeforeStart(() => _affinity = affinity);
        }
    }

    /// <summary>Whether the child was started and has not ended.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public bool IsAlive
    {
        get
        {
            StartedProcess? process = Process();
            return process is not null && process.Handle.Exit is null;
        }
    }

    /// <summary>
    /// How the child ended: its exit code (0 to 255), or -N if signal N ended it. Null before it has ended; also null after it, if
    /// other code in this process took the exit code from the system first (for instance by calling <c>wait</c> in native code):
    /// then <see cref="IsAlive"/> is false as well.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public int? ExitCode => Process()?.Handle.Exit is { IsKnown: true } exit ? exit.Code : null;

    /// <summary>The process id, or null before the start. Once the child has ended, the system may give it to another process.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public int? Id => Process()?.Id;

    /// <summary>A handle that is set when the child has ended, to wait for it together with others. This object owns it.</summary>
    /// <exception cref="InvalidOperationException">The child was not started.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public WaitHandle ExitWaitHandle
    {
        get
        {
            StartedProcess process = Started();
            lock (_lock)
            {
                return _exitEvent ??= new ManualResetEvent(process.Handle.Exit is not null);
            }
        }
    }

    private StartedProcess? Process()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _process;
    }

    private void SetBeforeStart(Action set)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_process is not null)
            {
                throw new InvalidOperationException($"{_name} was started already.");
            }
            set();
        }
    }
}
