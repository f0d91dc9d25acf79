using Compare.Limits;
using Compare.Peers;

namespace Compare.Pools;

/// <content>The rows.</content>
internal sealed partial class PoolRows
{
    private static readonly string[] AllPeers = [PeerSet.Pool, PeerSet.Executor, PeerSet.Joblib, PeerSet.Pebble, PeerSet.Billiard];

    private static Dictionary<string, string> All(string command) => Of(command, AllPeers);

    private static Dictionary<string, string> Of(string command, params string[] peers) => peers.ToDictionary(name => name, _ => command);

    private Row[] FirstResults() =>
    [
        new()
        {
            Name = "cold first result", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = _few,
            Ours = ColdPool.Measure, Peers = Of("cold fork", PeerSet.Pool, PeerSet.Executor, PeerSet.Pebble, PeerSet.Billiard),
        },
        new()
        {
            Name = "cold first result, peers with clean processes", Unit = Unit.Milliseconds, Budget = new(60), MaxRounds = _few,
            Ours = ColdPool.Measure, Peers = All("cold spawn"),
        },
        new()
        {
            Name = "warm first result", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5,
            Ours = FreshPools.FirstResult, Peers = Of("warm_first fork", PeerSet.Pool, PeerSet.Executor, PeerSet.Pebble, PeerSet.Billiard),
        },
    ];

    private Row[] RoundTrips(Effort effort)
    {
        var (awake, asleep) = (effort.Calls(2000), effort.Calls(200));
        return
        [
            new()
            {
                Name = "blocking round trip", Unit = Unit.Microseconds, Budget = new(3),
                Ours = () => _pools.Blocking(awake, asleep: false), Peers = All($"blocking {awake} 0"), Limit = () => _chains.BlockingAwake(awake),
                Distributions = Each(awake, asleep: false),
            },
            new()
            {
                Name = "blocking round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.3, TimesLimit: true),
                Ours = () => _pools.Blocking(asleep, asleep: true), Peers = All($"blocking {asleep} 0.002"), Limit = () => _chains.BlockingAsleep(asleep),
                Distributions = Each(asleep, asleep: true),
            },
            .. Placement.IsPossible ? new Row[] { Pinned(awake, asleep: false), Pinned(asleep, asleep: true) } : [],
            new()
            {
                Name = "awaited round trip", Unit = Unit.Microseconds, Budget = new(12),
                Ours = () => _pools.Awaited(awake, asleep: false), Peers = All($"awaited {awake} 0"), Limit = () => _chains.AwaitedAwake(awake),
            },
            new()
            {
                Name = "awaited round trip, asleep", Unit = Unit.Microseconds, Budget = new(1.4, TimesLimit: true),
                Ours = () => _pools.Awaited(asleep, asleep: true), Peers = All($"awaited {asleep} 0.002"), Limit = () => _chains.AwaitedAsleep(asleep),
            },
        ];
    }

    private Row Pinned(int calls, bool asleep) => new()
    {
        Name = $"blocking round trip{(asleep ? ", asleep" : "")}, pinned",
        Unit = Unit.Microseconds,
        Budget = asleep ? new(1.3, TimesLimit: true) : new(3),
        Ours = () => _pools.BlockingPinned(calls, asleep),
        Limit = () => asleep ? _pinnedChains.Value.BlockingAsleep(calls) : _pinnedChains.Value.BlockingAwake(calls),
    };

    private Dictionary<string, Func<double[]>> Each(int calls, bool asleep) => new()
    {
        ["pool"] = () => _pools.BlockingEach(calls, asleep),
        ["bare chain"] = () => _chains.BlockingEach(calls, asleep),
    };

    private Row[] ManyTasks(Effort effort)
    {
        var bursts = effort.Calls(20);
        var items = effort.Calls(2_000_000);
        return
        [
            new()
            {
                Name = "un-batched tasks, static", Unit = Unit.Rate, Budget = new(2e6),
                Ours = () => _pools.Static(bursts), Peers = All($"throughput static {effort.Calls(WarmPools.Outstanding)}"),
            },
            new()
            {
                Name = "un-batched tasks, capturing lambda", Unit = Unit.Rate, Budget = new(500e3),
                Ours = () => _pools.Capturing(bursts), Peers = All($"throughput capturing {effort.Calls(WarmPools.Outstanding)}"),
            },
            new()
            {
                Name = "map of a no-op, automatic batches", Unit = Unit.Rate, Budget = new(30e6),
                Ours = () => _pools.Map(items), Peers = All($"map {items}"), Limit = () => ParallelThreads.NoOp(items),
            },
            Tasks(effort, "1 us", 1e-6),
            Tasks(effort, "10 us", 10e-6),
            Tasks(effort, "100 us", 100e-6),
            Tasks(effort, "1 ms", 1e-3, new Budget(0.98, TimesLimit: true)),
            Tasks(effort, "100 ms", 0.1),
            Recycling(effort, "one worker", 1),
            Recycling(effort, "all cores", 2),
        ];
    }

    private Row Tasks(Effort effort, string name, double seconds, Budget? budget = null)
    {
        // Half a second of computing, but some for each worker.
        var count = Math.Max(4, effort.Calls((int)(0.5 / seconds)));
        var command = string.Create(CultureInfo.InvariantCulture, $"tasks {seconds:R} {count}");
        return new()
        {
            Name = $"{name} tasks on all cores",
            Unit = Unit.Rate,
            Budget = budget,
            MaxRounds = effort.Quick ? 2 : 5,
            Ours = () => _pools.Tasks(seconds, count),
            Peers = Of(command, [.. AllPeers, PeerSet.Parallel]),
            Limit = () => ParallelThreads.For(seconds, count),
        };
    }

    /// <summary>With one worker there is a processor left on which the next one starts: then nothing should be lost.</summary>
    private Row Recycling(Effort effort, string name, int workers)
    {
        const int tasksPerWorker = 100;
        const double seconds = 1e-3;
        var count = workers * (effort.Quick ? 500 : 1000);
        var what = string.Create(CultureInfo.InvariantCulture, $"{workers} {seconds:R} {count} {tasksPerWorker}");
        return new()
        {
            Name = $"1 ms tasks, workers recycled after {tasksPerWorker}, {name}",
            Unit = Unit.Rate,
            MaxRounds = _few,
            Ours = () => FreshPools.Recycling(workers, seconds, count, tasksPerWorker),
            Peers = Of($"recycling fork {what}", PeerSet.Pool, PeerSet.Pebble),
            Limit = () => FreshPools.Recycling(workers, seconds, count, limit: null),
        };
    }

    private Row[] Payloads(Effort effort) =>
    [
        Echo("0 B", 0, effort.Calls(1000)),
        Echo("1 KiB", KiB, effort.Calls(1000)),
        Echo("1 MiB", MiB, effort.Calls(50)),
        Echo("64 MiB", 64 * MiB, effort.Quick ? 1 : 3),
        new()
        {
            Name = "64 MiB array argument", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = _few,
            Ours = () => _pools.Array(64 * MiB), Peers = All($"array {64 * MiB}"),
        },
        new()
        {
            Name = "64 MiB array argument, first time", Unit = Unit.Milliseconds, Budget = new(120), MaxRounds = _few,
            Ours = () => FreshPools.FirstArray(64 * MiB), Peers = All($"array_first {64 * MiB}"),
        },
    ];

    private Row Echo(string name, int size, int calls) => new()
    {
        Name = $"payload of {name}, there and back",
        Unit = Unit.Microseconds,
        MaxRounds = size > MiB ? _few : 5,
        Ours = () => _pools.Echo(size, calls),
        Peers = All($"echo {size} {calls}"),
        Limit = size == 0 ? () => _chains.BlockingAwake(calls) : () => Copies.ThereAndBack(size, calls),
    };

    private Row[] Ends() =>
    [
        new()
        {
            Name = "worker's end -> replaced, serving", Unit = Unit.Milliseconds, Budget = new(5), MaxRounds = 5,
            Ours = static () => FreshPools.Replaced(fromKill: false), Peers = All("replaced 0"),
        },
        new()
        {
            Name = "worker killed -> replaced, serving", Unit = Unit.Milliseconds, MaxRounds = _few,
            Ours = static () => FreshPools.Replaced(fromKill: true), Peers = All("replaced 1"),
        },
        new()
        {
            Name = "time-out lateness", Unit = Unit.Milliseconds, Budget = new(2), MaxRounds = 5, Ours = FreshPools.Lateness,
            Peers = Of(string.Create(CultureInfo.InvariantCulture, $"lateness {FreshPools.TimeLimit}"), PeerSet.Joblib, PeerSet.Pebble, PeerSet.Billiard),
        },
        new()
        {
            Name = "Terminate with busy workers", Unit = Unit.Milliseconds, Budget = new(30), MaxRounds = 5,
            Ours = FreshPools.Terminate, Peers = All("terminate"),
        },
        new()
        {
            Name = "idle worker's private memory", Unit = Unit.Megabytes, Budget = new(10), MaxRounds = _few,
            Ours = FreshPools.PrivateMemory, Peers = All("private_dirty"),
        },
    ];
}
