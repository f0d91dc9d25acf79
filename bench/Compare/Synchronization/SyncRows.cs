using Compare.Limits;
using Compare.Peers;

namespace Compare.Synchronization;

/// <summary>The rows of the synchronization primitives, with the budgets of the design.</summary>
internal sealed class SyncRows : AreaRows
{
    private readonly LockUse _locks = new();
    private readonly SignalUse _signals = new();
    private readonly WakeChains _chains = new();

    internal SyncRows(Effort effort) => Rows = [.. Locks(effort), .. Signals(effort), .. DeadOwnersRows(effort)];

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "uncontended rows: acquire and release in a loop; the limit is System.Threading.Lock in the same rounds.",
        "contended lock: acquisitions of two processes together that do nothing else; a lock that is handed over each time counts fewer.",
        "there and back: two processes, the limit is the bare chain of two wake-ups; asleep: 2 ms of pause before each call.",
        "barrier: two threads in each of two processes; the peer's are four processes, because threads of one would wait for each other's turn.",
        "owner killed: from the report of its death until another process goes on; the queue's owner dies in a loop of puts.",
        "the peer: primitives of a fork context, bound methods in a loop.",
    ];

    public override void Dispose()
    {
        _locks.Dispose();
        _signals.Dispose();
        _chains.Dispose();
    }

    private IEnumerable<Row> Locks(Effort effort)
    {
        var turns = effort.Calls(5_000_000);
        var theirs = effort.Calls(200_000);
        var contended = effort.Calls(1_000_000);
        var theirsContended = effort.Calls(50_000);
        return
        [
            new()
            {
                Name = "lock, uncontended", Unit = Unit.Nanoseconds, Budget = new(10),
                Ours = () => _locks.Lock(turns), Limit = () => _locks.Local(turns), Peers = Python($"sync_lock {theirs}"),
            },
            new()
            {
                Name = "lock, uncontended, against System.Threading.Lock", Unit = Unit.Nanoseconds, Budget = new(1, TimesLimit: true),
                Ours = () => _locks.Lock(turns), Limit = () => _locks.Local(turns), Peers = Python($"sync_lock {theirs}"),
            },
            new()
            {
                Name = "lock, uncontended, awaited", Unit = Unit.Nanoseconds,
                Ours = () => _locks.Awaited(turns), Limit = () => _locks.Local(turns),
            },
            new()
            {
                Name = "recursive lock, uncontended", Unit = Unit.Nanoseconds,
                Ours = () => _locks.RLock(turns), Limit = () => _locks.Local(turns), Peers = Python($"sync_rlock {theirs}"),
            },
            new()
            {
                Name = "semaphore, uncontended, permits recovered", Unit = Unit.Nanoseconds,
                Ours = () => _locks.Semaphore(turns), Limit = () => _locks.Local(turns), Peers = Python($"sync_semaphore {theirs}"),
            },
            new()
            {
                Name = "semaphore, uncontended, as a signal", Unit = Unit.Nanoseconds,
                Ours = () => _locks.Signal(turns), Limit = () => _locks.Local(turns), Peers = Python($"sync_semaphore {theirs}"),
            },
            new()
            {
                Name = "lock, two processes contend", Unit = Unit.Rate, MaxRounds = 5,
                Ours = () => _locks.Contended(contended), Peers = Python($"sync_contended {theirsContended}"),
            },
            new()
            {
                Name = "creation of 10,000 locks", Unit = Unit.Milliseconds, MaxRounds = 5,
                Ours = static () => LockUse.Create(10_000), Peers = Python("sync_create 10000"),
            },
        ];
    }

    private IEnumerable<Row> Signals(Effort effort)
    {
        var awake = effort.Calls(5000);
        var asleep = effort.Calls(300);
        return
        [
            new()
            {
                Name = "event, there and back", Unit = Unit.Microseconds, Peers = Python($"sync_event {awake} 0"),
                Ours = () => _signals.EventPingPong(awake, asleep: false), Limit = () => _chains.BlockingAwake(awake),
            },
            new()
            {
                Name = "event, there and back, asleep", Unit = Unit.Microseconds, Peers = Python($"sync_event {asleep} 0.002"),
                Ours = () => _signals.EventPingPong(asleep, asleep: true), Limit = () => _chains.BlockingAsleep(asleep),
            },
            new()
            {
                Name = "condition, turn there and back", Unit = Unit.Microseconds, Peers = Python($"sync_condition {awake}"),
                Ours = () => _signals.ConditionHandOver(awake), Limit = () => _chains.BlockingAwake(awake),
            },
            new()
            {
                Name = "barrier of 4 in two processes, round", Unit = Unit.Microseconds, Peers = Python($"sync_barrier {awake}"),
                Ours = () => _signals.Barrier(awake),
            },
        ];
    }

    private static IEnumerable<Row> DeadOwnersRows(Effort effort)
    {
        var kills = effort.Calls(50);
        return
        [
            OwnerKilled("lock, owner killed -> held by another", 5, () => Samples.MedianOf(DeadOwners.OfLock(kills))),
            OwnerKilled("lock, owner killed -> held by another, p99", 20, () => Samples.QuantileOf(DeadOwners.OfLock(4 * kills), 0.99)),
            OwnerKilled("queue, owner of a slot killed -> others go on", 5, () => Samples.MedianOf(DeadOwners.OfQueue(kills))),
            OwnerKilled("queue, owner of a slot killed -> others go on, p99", 20, () => Samples.QuantileOf(DeadOwners.OfQueue(4 * kills), 0.99)),
        ];
    }

    private static Row OwnerKilled(string name, double budget, Func<double> ours) =>
        new() { Name = name, Unit = Unit.Milliseconds, Budget = new(budget), MaxRounds = 1, Ours = ours };

    private static Dictionary<string, string> Python(string command) => new() { [PeerSet.Primitives] = command };
}
