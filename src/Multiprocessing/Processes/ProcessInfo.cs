using Multiprocessing.Platform;
using Multiprocessing.Processes;

namespace Multiprocessing;

/// <summary>Who this process, or its parent, is in the tree of processes that this library started. Thread-safe.</summary>
public sealed class ProcessInfo
{
    private static readonly Lazy<ProcessInfo?> LazyParent = new(static () => ProcessIdentity.ParentName is { } name
        ? new ProcessInfo(ProcessIdentity.ParentId, ProcessIdentity.ParentStartTime, name)
        : null);

    private readonly long _startTime;
    private readonly string? _name;

    private ProcessInfo(int id, long startTime, string? name)
    {
        Id = id;
        _startTime = startTime;
        _name = name;
    }

    /// <summary>This process.</summary>
    public static ProcessInfo Current { get; } = new(Environment.ProcessId, 0, name: null);

    /// <summary>The process that started this one, or null in the program's first process.</summary>
    public static ProcessInfo? Parent => LazyParent.Value;

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>
    /// Its name: <c>MainProcess</c> for the program's first process, else what <see cref="ChildProcess.Name"/> was at its start. The
    /// name of <see cref="Current"/> can be changed; that is known in this process, and to the children started from then on.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting the name of another process.</exception>
    /// <exception cref="ArgumentException">Setting an empty name.</exception>
    public string Name
    {
        get => _name ?? ProcessIdentity.Name;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            ProcessIdentity.Name = _name is null ? value : throw new InvalidOperationException("A process can only change its own name.");
        }
    }

    /// <summary>Whether this is <see cref="Current"/> and a background child (<see cref="ChildProcess.IsBackground"/>).</summary>
    public bool IsBackground => _name is null && ProcessIdentity.IsBackground;

    /// <summary>
    /// Whether the process lives. A process of this library ends when its parent does, in whatever way that ended, so code hardly
    /// ever sees a dead <see cref="Parent"/>.
    /// </summary>
    public bool IsAlive => _name is null || Kernel.Lifetime.StartTimeOf(Id) == _startTime;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id})";
}
