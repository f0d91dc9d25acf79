using Compare.Limits;
using Compare.Peers;

namespace Compare.Pools;

/// <summary>The rows of the process pool, with the budgets of the design.</summary>
internal sealed class PoolRows : AreaRows
{
    private const int MiB = 1024 * 1024;
    private readonly WakeChains _chains = new();

    internal PoolRows(Effort effort)
    {
        var awake = effort.Calls(2000);
        var asleep = effort.Calls(200);
        Rows =
        [
            new()
            {
                Name = "cold first result", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = 5,
                Peers = Both("cold fork"),
            },
            new()
            {
                Name = "cold first result, peers with clean processes", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = 5,
                Peers = Both("cold spawn"),
            },
            new() { Name = "warm first result", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5, Peers = Both("warm_first fork") },
            new()
            {
                Name = "blocking round trip", Unit = Unit.Microseconds, Budget = new(3),
                Peers = Both($"blocking {awake} 0"), Limit = () => _chains.BlockingAwake(awake),
            },
            new()
            {
                Name = "blocking round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.3, TimesLimit: true),
                Peers = Both($"blocking {asleep} 0.002"), Limit = () => _chains.BlockingAsleep(asleep),
            },
            new()
            {
                Name = "awaited round trip", Unit = Unit.Microseconds, Budget = new(12),
                Peers = Both($"awaited {awake} 0"), Limit = () => _chains.AwaitedAwake(awake),
            },
            new()
            {
                Name = "awaited round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.4, TimesLimit: true),
                Peers = Both($"awaited {asleep} 0.002"), Limit = () => _chains.AwaitedAsleep(asleep),
            },
            new() { Name = "un-batched tasks, static", Unit = Unit.Rate, Budget = new(2e6), Peers = Both("throughput static 10000") },
            new() { Name = "un-batched tasks, capturing lambda", Unit = Unit.Rate, Budget = new(500e3), Peers = Both("throughput capturing 10000") },
            new() { Name = "map of a no-op, automatic batches", Unit = Unit.Rate, Budget = new(30e6), Peers = Both($"map {effort.Calls(2_000_000)}") },
            new()
            {
                Name = "1 ms tasks on all cores", Unit = Unit.Rate, Budget = new(0.98, TimesLimit: true), MaxRounds = 5,
                Peers = Both("milliseconds 400"), Limit = ParallelFor.MillisecondTasks,
            },
            new() { Name = "64 MiB array argument", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = 5, Peers = Both($"array {64 * MiB}") },
            new() { Name = "64 MiB array argument, first time", Unit = Unit.Milliseconds, Budget = new(120), MaxRounds = 5, Peers = Both($"array_first {64 * MiB}") },
            new() { Name = "worker killed -> replaced, serving", Unit = Unit.Milliseconds, Budget = new(5), MaxRounds = 5, Peers = Both("replaced") },
            new() { Name = "time-out lateness", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5 },
            new() { Name = "Terminate with busy workers", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = 5, Peers = Both("terminate") },
            new() { Name = "idle worker's private memory", Unit = Unit.Megabytes, Budget = new(10), MaxRounds = 3, Peers = Both("private_dirty") },
        ];
    }

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "start methods of the peers: fork, their fastest, in all rows but the one that says otherwise (it asks for spawn); two workers on both sides.",
    ];

    public override void Dispose() => _chains.Dispose();

    private static Dictionary<string, string> Both(string command) => new() { [PeerSet.Pool] = command, [PeerSet.Executor] = command };
}
