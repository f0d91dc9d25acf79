namespace Multiprocessing.Platform;

/// <summary>This process's own life and death.</summary>
internal abstract class Lifetime
{
    /// <summary>
    /// Asks the kernel to kill this process when its parent dies. Call it once, early.
    /// </summary>
    /// <param name="expectedParent">The id of the process that started this one.</param>
    /// <returns><see langword="false"/> if that parent is gone already: end at once.</returns>
    public abstract bool DieWithParent(int expectedParent);

    /// <summary>Ends this process at once: no finalizers, no exit handlers, no flushing.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public abstract void ExitNow(int code);

    /// <summary>
    /// When memory runs out, the kernel shall rather kill this process, and those that it starts from now on, than its parent.
    /// </summary>
    public abstract void OfferToDieFirst();

    /// <summary>Loads what <see cref="OfferToDieFirst"/> needs, and changes nothing.</summary>
    public abstract void RehearseOfferToDieFirst();

    /// <summary>Joins, or with 0 founds, a process group.</summary>
    public abstract void SetProcessGroup(int group);

    /// <summary>The process group of this process.</summary>
    public abstract int ProcessGroup { get; }

    /// <summary>
    /// The time at which a process started, in the kernel's ticks since boot; together with the id it identifies a process.
    /// 0 if there is no such process.
    /// </summary>
    public abstract long StartTimeOf(int processId);

    /// <summary>
    /// A handle that becomes readable when the process, with all its threads, has ended. Need not be a child.
    /// <see langword="null"/> if there is no such process. The id may meanwhile belong to another process than was meant:
    /// compare <see cref="StartTimeOf"/> afterwards.
    /// </summary>
    public abstract KernelHandle? OpenProcess(int processId);

    /// <summary>Makes <paramref name="handle"/> this process's descriptor <paramref name="number"/> (0, 1 or 2).</summary>
    public abstract void ReplaceStandardStream(int number, KernelHandle handle);

    /// <summary>Writes to the standard error stream without the console, which may not work or not be loaded.</summary>
    public abstract void WriteError(string text);

    /// <summary>Sends a signal to this process itself, with the signal's default effect.</summary>
    public abstract void DieBySignal(int signal);
}
