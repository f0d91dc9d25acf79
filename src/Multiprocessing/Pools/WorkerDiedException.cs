using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>
/// The worker process that ran a task of a <see cref="ProcessPool"/> died: a crash in native code, a stack overflow,
/// <see cref="Environment.FailFast(string)"/>, <see cref="Environment.Exit"/>, the kernel's out-of-memory killer, a signal. Only the task
/// that it was running is lost; the pool goes on with a new worker.
/// </summary>
public class WorkerDiedException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    public WorkerDiedException()
        : this("A worker process died.")
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    /// <param name="message">The message.</param>
    public WorkerDiedException(string? message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and the exception that led to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The exception that led to this one.</param>
    public WorkerDiedException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal WorkerDiedException(string taskDescription, WorkerExit exit, int attempt = 1)
        : base(exit.Describe(taskDescription, attempt))
    {
        TaskDescription = taskDescription;
        ProcessId = exit.ProcessId;
        ExitCode = exit.ExitCode;
        SignalName = exit.SignalName;
        Reason = exit.Reason;
        LastErrorLines = exit.LastErrorLines;
        Attempt = attempt;
        PeakMemory = exit.PeakMemory;
    }

    /// <summary>The process id that the worker had.</summary>
    public int ProcessId { get; }

    /// <summary>The exit code; -N if signal N ended the process, as in Python; null if nobody could learn it.</summary>
    public int? ExitCode { get; }

    /// <summary>The name of the signal that ended the process, such as <c>SIGSEGV</c>; null if it was none.</summary>
    public string? SignalName { get; }

    /// <summary>The method that was running, as <c>Type.Method</c>; empty if unknown.</summary>
    public string TaskDescription { get; } = "";

    /// <summary>What ended the worker, in words: <c>stack overflow</c>, <c>SIGSEGV</c>, <c>exit code 3</c>.</summary>
    public string Reason { get; } = "";

    /// <summary>How often the work was tried, see <see cref="RetryPolicy"/>; from 1.</summary>
    public int Attempt { get; } = 1;

    /// <summary>
    /// The most memory that the worker had in RAM at a time, in bytes, shared memory and program files included; null if nobody could learn
    /// it. The kernel tells only what is more than the process that started the worker had itself until then.
    /// </summary>
    public long? PeakMemory { get; }

    /// <summary>The last lines that the worker wrote to its standard error, oldest first; at most 16 KiB are kept.</summary>
    public IReadOnlyList<string> LastErrorLines { get; } = [];
}
