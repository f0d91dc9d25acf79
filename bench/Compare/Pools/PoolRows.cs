using Compare.Limits;
using Compare.Peers;

namespace Compare.Pools;

/// <summary>The rows of the process pool, with the budgets of the design.</summary>
internal sealed class PoolRows : AreaRows
{
    private const int MiB = 1024 * 1024;
    private readonly WakeChains _chains = new();
    private readonly WarmPools _pools = new();

    internal PoolRows(Effort effort)
    {
        var awake = effort.Calls(2000);
        var asleep = effort.Calls(200);
        var bursts = effort.Calls(20);
        var items = effort.Calls(2_000_000);
        Rows =
        [
            new()
            {
                Name = "cold first result", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = 5,
                Ours = ColdPool.Measure, Peers = Both("cold fork"),
            },
            new()
            {
                Name = "cold first result, peers with clean processes", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = 5,
                Ours = ColdPool.Measure, Peers = Both("cold spawn"),
            },
            new()
            {
                Name = "warm first result", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5,
                Ours = FreshPools.FirstResult, Peers = Both("warm_first fork"),
            },
            new()
            {
                Name = "blocking round trip", Unit = Unit.Microseconds, Budget = new(3),
                Ours = () => _pools.Blocking(awake, asleep: false), Peers = Both($"blocking {awake} 0"), Limit = () => _chains.BlockingAwake(awake),
            },
            new()
            {
                Name = "blocking round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.3, TimesLimit: true),
                Ours = () => _pools.Blocking(asleep, asleep: true), Peers = Both($"blocking {asleep} 0.002"), Limit = () => _chains.BlockingAsleep(asleep),
            },
            new()
            {
                Name = "awaited round trip", Unit = Unit.Microseconds, Budget = new(12),
                Ours = () => _pools.Awaited(awake, asleep: false), Peers = Both($"awaited {awake} 0"), Limit = () => _chains.AwaitedAwake(awake),
            },
            new()
            {
                Name = "awaited round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.4, TimesLimit: true),
                Ours = () => _pools.Awaited(asleep, asleep: true), Peers = Both($"awaited {asleep} 0.002"), Limit = () => _chains.AwaitedAsleep(asleep),
            },
            new()
            {
                Name = "un-batched tasks, static", Unit = Unit.Rate, Budget = new(2e6),
                Ours = () => _pools.Static(bursts), Peers = Both("throughput static 10000"),
            },
            new()
            {
                Name = "un-batched tasks, capturing lambda", Unit = Unit.Rate, Budget = new(500e3),
                Ours = () => _pools.Capturing(bursts), Peers = Both("throughput capturing 10000"),
            },
            new()
            {
                Name = "map of a no-op, automatic batches", Unit = Unit.Rate, Budget = new(30e6),
                Ours = () => _pools.Map(items), Peers = Both($"map {items}"),
            },
            new()
            {
                Name = "1 ms tasks on all cores", Unit = Unit.Rate, Budget = new(0.98, TimesLimit: true), MaxRounds = 5,
                Ours = _pools.MillisecondTasks, Peers = Both("milliseconds 400"), Limit = ParallelFor.MillisecondTasks,
            },
            new()
            {
                Name = "64 MiB array argument", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = 5,
                Ours = () => _pools.Array(64 * MiB), Peers = Both($"array {64 * MiB}"),
            },
            new()
            {
                Name = "64 MiB array argument, first time", Unit = Unit.Milliseconds, Budget = new(120), MaxRounds = 5,
                Ours = () => FreshPools.FirstArray(64 * MiB), Peers = Both($"array_first {64 * MiB}"),
            },
            new()
            {
                Name = "worker killed -> replaced, serving", Unit = Unit.Milliseconds, Budget = new(5), MaxRounds = 5,
                Ours = FreshPools.Replaced, Peers = Both("replaced"),
            },
            new() { Name = "time-out lateness", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5, Ours = FreshPools.Lateness },
            new()
            {
                Name = "Terminate with busy workers", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = 5,
                Ours = FreshPools.Terminate, Peers = Both("terminate"),
            },
            new()
            {
                Name = "idle worker's private memory", Unit = Unit.Megabytes, Budget = new(10), MaxRounds = 3,
                Ours = FreshPools.PrivateMemory, Peers = Both("private_dirty"),
            },
        ];
    }

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "start method of the peers: fork, their fastest (their workers share memory with the parent for it), but spawn where the row says clean processes.",
        "round trips: the faster of a pool of one worker and one of two, on both sides; asleep: 2 ms of pause before each call.",
        "un-batched: 10,000 tasks outstanding, no chunks (peers: map with chunksize=1, their fastest form; a captured value goes by functools.partial).",
        "map: ours without a chunk size, the peers with the best of three by hand. A time-out ends the task; the peers' only gives up waiting for it.",
        "replaced: the executor breaks when a worker dies, so a new one is made; ours and Pool replace the worker themselves.",
    ];

    public override void Dispose()
    {
        _pools.Dispose();
        _chains.Dispose();
    }

    private static Dictionary<string, string> Both(string command) => new() { [PeerSet.Pool] = command, [PeerSet.Executor] = command };
}
