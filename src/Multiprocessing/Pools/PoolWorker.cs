using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>
/// The worker of a <see cref="ProcessPool"/> that runs the calling code, as that code sees it: <see cref="Current"/>.
/// </summary>
/// <remarks>Thread-safe: also the threads that a task starts may ask.</remarks>
public sealed class PoolWorker
{
    /// <summary>Of a back end whose workers are threads. Set once for a worker's thread, so that tasks cost nothing.</summary>
    private static readonly AsyncLocal<PoolWorker?> OfContext = new();

    private static volatile PoolWorker? OfProcess;

    internal PoolWorker(int workerId, ReportSender reports)
    {
        WorkerId = workerId;
        Reports = reports;
        PoolProgress.Install();
    }

    /// <summary>
    /// The worker that this code runs in: in a task, in the initializer, in the exit hook, and in whatever these start. Null elsewhere, so
    /// it also tells whether code runs in a worker at all.
    /// </summary>
    public static PoolWorker? Current => OfContext.Value ?? OfProcess;

    /// <summary>
    /// A small number from 0 up that no other living worker of the pool has: below <see cref="ProcessPoolOptions.Workers"/>, plus the spares
    /// and successors that there are at a time. It stays the same as long as the worker lives; the worker that replaces it may get it again.
    /// </summary>
    public int WorkerId { get; }

    internal ReportSender Reports { get; }

    /// <summary>What <see cref="WorkerLocal{T}"/> keeps.</summary>
    internal WorkerLocals Locals { get; } = new();

    /// <summary>From now on all code of this process runs in this worker.</summary>
    internal void EnterProcess() => OfProcess = this;

    /// <summary>From now on the code of this thread, and what it starts, runs in this worker.</summary>
    internal void EnterContext() => OfContext.Value = this;
}
