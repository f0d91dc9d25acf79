using Compare.Limits;

namespace Compare.Pools;

/// <summary>The rows of the process pool, with the budgets of the design.</summary>
internal sealed partial class PoolRows : AreaRows
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private readonly WakeChains _chains = new();
    private readonly Lazy<WakeChains> _pinnedChains = new(static () => new WakeChains(pinned: true));
    private readonly WarmPools _pools = new();

    /// <summary>In how many rounds the rows take part that start and end processes, or move much.</summary>
    private readonly int _few;

    internal PoolRows(Effort effort)
    {
        _few = effort.Quick ? 1 : 5;
        Rows = [.. FirstResults(), .. RoundTrips(effort), .. ManyTasks(effort), .. Payloads(effort), .. Ends(), .. Scaling(effort)];
    }

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "start method of the peers: fork, their fastest (their workers share memory with the parent for it), but clean processes where the row says so; joblib's are always clean (loky).",
        "round trips: the faster of a pool of one worker and one of two, on both sides; asleep: 2 ms of pause before each call; pinned: a processor for the caller and one for the worker.",
        "un-batched: 10,000 tasks outstanding, no chunks (peers: map with chunksize=1, their fastest form; a captured value goes by functools.partial).",
        "maps: ours without a chunk size; the no-op of the peers with the best of three sizes, their other tasks with the best of several that was found before (joblib: its automatic batches among them).",
        "tasks that compute: no sleep, two workers; limit: Parallel.For. Payloads: byte arrays there and back; limit: two copies each way within one process.",
        "recycled: limit: the same pool without recycling; ProcessPoolExecutor (clean processes only) hangs in this, billiard loses workers. Each of ours is a clean runtime, which costs 50 ms of a processor to start and end.",
        "a time-out ends the task; Pool and ProcessPoolExecutor can only give up waiting for it, and are not in that row.",
        "a peer that hangs (billiard's fork does at times) is killed and said so; the next row gets a fresh one.",
        "stream: results in any order from an input that is read on demand; the peer's chunks of 1,000, it reads all of its input at once. Growth: of the caller's resident memory, from a tenth of the items to the end.",
        "processor time: of the caller and all workers together, 10,000 tasks outstanding; of an idle worker: as a part of one processor, over two seconds.",
        "replaced: executors break when a worker dies, so a new one is made; ours, Pool, pebble and billiard replace the worker themselves. Its end: when its pidfd becomes readable.",
    ];

    public override void Dispose()
    {
        _pools.Dispose();
        _chains.Dispose();
        if (_pinnedChains.IsValueCreated)
        {
            _pinnedChains.Value.Dispose();
        }
    }
}
