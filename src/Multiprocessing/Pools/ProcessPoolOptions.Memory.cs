using Multiprocessing.Pools;

namespace Multiprocessing;

/// <content>How much memory a worker may have.</content>
public sealed partial class ProcessPoolOptions
{
    /// <summary>
    /// How much memory of its own (heaps and stacks, in RAM or swapped out, but neither program files nor shared memory) a worker may have, in
    /// bytes: at least 128 MiB; null (default): any amount.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Its managed heap is limited to three quarters of that by its runtime: a task that allocates more ends with an
    /// <see cref="OutOfMemoryException"/>, and its worker goes on with the next task.
    /// </para>
    /// <para>
    /// What native code allocates is watched from outside: while a worker has work the pool looks at it every 20 ms, and kills it if it is
    /// above the limit. The task that it was running ends with a <see cref="WorkerDiedException"/> whose reason begins with
    /// <c>out of memory</c>. In 20 ms native code can get hold of some tens of MiB more than the limit, on a busy machine of more.
    /// </para>
    /// <para>
    /// For that, the kernel is given a limit too, where it lets this process make control groups for memory: version 1 with the group of this
    /// process writable, or version 2 with the group of this process the first of all, or the one above it delegated (systemd's
    /// <c>DelegateSubgroup=</c>). Then each worker is alone in one, with the programs that its tasks start, and the kernel kills it,
    /// and nobody else, when it has 32 MiB and a 32nd part more than the limit; that much is for what the kernel counts beside, and what the worker
    /// maps of shared memory is added. The death is reported in the same way. Elsewhere (containers mostly have no writable groups) the first
    /// two hold alone, without an error; category <c>Multiprocessing</c> of <see cref="MultiprocessingLog.LoggerFactory"/> says why, once, at level Debug.
    /// </para>
    /// <para>
    /// The groups are named <c>multiprocessing-PID-START-NUMBER</c> after the process that made them. They go with their workers; those of a process that was
    /// killed are removed by its parent, if that uses this library, or by the next pool with a limit below the same group. Processes and pools
    /// that a worker starts by this library do not count for its limit.
    /// </para>
    /// <para>
    /// Not for workers that are threads of this process: the constructor of the pool throws a <see cref="NotSupportedException"/>.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 128 MiB.</exception>
    public long? MemoryLimit
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? MemoryLimits.Least, MemoryLimits.Least, nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// Above how much memory of its own, in bytes, a worker is replaced: positive; null (default): never. It goes on working until a successor
    /// is ready, then finishes what it runs and ends cleanly; tasks are never interrupted for this. Looked at ten times a second while it has
    /// work. Workers are replaced a few at a time. Without effect for workers that are threads of this process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public long? RecycleAboveMemory
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(value));
            field = value;
        }
    }
}
