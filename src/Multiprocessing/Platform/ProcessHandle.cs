namespace Multiprocessing.Platform;

/// <summary>
/// A child process, held by a kernel handle and never by its id alone, so that a signal cannot reach a stranger who got the
/// same id. Any number of threads may wait. Thread-safe.
/// </summary>
internal abstract class ProcessHandle : IDisposable
{
    /// <summary>The process id; may be reused by the system once the process has ended.</summary>
    public abstract int Id { get; }

    /// <summary>How the process ended; <see langword="null"/> while it runs.</summary>
    public abstract ExitStatus? Exit { get; }

    /// <summary>Completes when the process has ended and was reaped. Never faults. Continuations run on the thread pool.</summary>
    public abstract Task<ExitStatus> ExitTask { get; }

    /// <summary>
    /// Calls <paramref name="callback"/> once, when the process has ended: on the event loop's thread, or at once if it is over already.
    /// </summary>
    public abstract void OnExit(Action<ExitStatus> callback);

    /// <summary>Sends a signal; does nothing if the process has ended.</summary>
    public abstract void Send(int signal);

    /// <summary>Sends a signal to the whole process group that this process leads, as far as it still exists.</summary>
    public abstract void SendToGroup(int signal);

    /// <summary>What memory the process uses; nothing if it has ended.</summary>
    public abstract ProcessMemory Memory { get; }

    /// <summary>
    /// Of a process that has ended: the most memory that it had in RAM at a time, in bytes; 0 if the kernel does not tell, which it does only
    /// if that was more than this process had itself when it started the other. If the kernel killed it because it had reached its limit: at least
    /// what its control group had.
    /// </summary>
    public abstract long PeakResidentBytes { get; }

    /// <summary>
    /// Of a process that has ended and had a limit that the kernel kept (<see cref="SpawnRequest.MemoryLimit"/>): whether the kernel killed it, or a
    /// program that it had started, because memory ran out.
    /// </summary>
    public abstract bool RanOutOfMemory { get; }

    /// <summary>Whether the process does not run because of a stop signal or a debugger.</summary>
    public abstract bool IsStopped { get; }

    /// <summary>Blocks until the process has ended.</summary>
    /// <returns><see langword="false"/> if <paramref name="timeout"/> passed first.</returns>
    public bool WaitForExit(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Exit is not null || ExitTask.Wait(timeout, cancellationToken);

    /// <summary>Lets go of the handle. A running child goes on and is still reaped.</summary>
    public abstract void Dispose();
}
