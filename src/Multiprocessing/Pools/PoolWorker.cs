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

    private volatile Stream? _stream;
    private long _taskId;
    private int _attempt;

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

    /// <summary>
    /// The number of the call that the worker is running, or of the item of a map or of a stream: from 1 up, in the order in which the pool was
    /// given them, and the same for every attempt. 0 while it runs none. A thread that outlives the task that has started it sees what
    /// the worker runs then.
    /// </summary>
    public long TaskId => Volatile.Read(ref _taskId);

    /// <summary>
    /// How often the call or item that the worker is running was tried, this time included: 1 unless it has cost a worker, or run out of time,
    /// before (<see cref="RetryPolicy"/>). 0 while it runs none.
    /// </summary>
    public int Attempt => Volatile.Read(ref _attempt);

    /// <summary>
    /// Random numbers. In a call, or an item of a map or of a stream, whose options have a seed (<see cref="RunOptions.Seed"/>,
    /// <see cref="MapOptions.Seed"/>, <see cref="MapStreamOptions.Seed"/>) they depend on nothing but the seed and the place of the item in the
    /// input: not on the number of workers, on who runs the item, on what ran before, nor on how often it was tried; also in later versions.
    /// Elsewhere this is <see cref="Random.Shared"/>.
    /// </summary>
    /// <remarks>
    /// The generator of an item is not thread-safe and belongs to the item: give threads of yours generators of their own, made from
    /// its numbers. It is xoshiro256** by Blackman and Vigna, filled by SplitMix64 from a mix of seed and index.
    /// </remarks>
    public static Random Random => Current?._stream?.Random ?? Random.Shared;

    internal ReportSender Reports { get; }

    /// <summary>What <see cref="WorkerLocal{T}"/> keeps.</summary>
    internal WorkerLocals Locals { get; } = new();

    /// <summary>A task or an item begins; 0: none any more.</summary>
    internal void BeginTask(long taskId, int attempt) => (_taskId, _attempt) = (taskId, attempt);

    /// <summary>The task that begins now has random numbers of its own; null: it has not.</summary>
    internal void BeginStream(StreamSeed? seed) => _stream = seed is { } given ? new Stream(given) : null;

    /// <summary>From now on all code of this process runs in this worker.</summary>
    internal void EnterProcess() => OfProcess = this;

    /// <summary>From now on the code of this thread, and what it starts, runs in this worker.</summary>
    internal void EnterContext() => OfContext.Value = this;

    /// <summary>Made at the first use: most tasks have no use for it.</summary>
    private sealed class Stream(StreamSeed seed)
    {
        private StreamRandom? _random;

        internal StreamRandom Random => _random ?? Interlocked.CompareExchange(ref _random, new StreamRandom(seed.Seed, seed.Index), null) ?? _random;
    }
}
