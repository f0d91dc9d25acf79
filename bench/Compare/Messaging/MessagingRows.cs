using Compare.Limits;
using Compare.Peers;

namespace Compare.Messaging;

/// <summary>The rows of queues and pipes, with the budgets of the design.</summary>
internal sealed class MessagingRows : AreaRows
{
    private static readonly (int Producers, int Consumers)[] Shapes = [(1, 1), (4, 1), (1, 4), (4, 4)];
    private readonly QueueUse _queues = new();
    private readonly PipeAndChain _placed = new(pinned: false);
    private readonly PipeAndChain _pinned = new(pinned: true);

    internal MessagingRows(Effort effort) =>
        Rows = [.. Numbers(effort), .. Records(effort), .. Arrays(effort), .. RoundTrips(effort), Stream(effort)];

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "queues, N -> M: N processes put, M take; a single consumer is the parent, which is the fastest place for the peers too. Items per second.",
        "records: a number, a time, a short text and 960 bytes (the peers: a tuple of these, their fastest form).",
        "batches: PutMany and GetMany of 1,000 numbers, 100 records, 8 arrays; the peers put lists of as many.",
        "the peers: a fork context, bound methods in a loop, send_bytes and recv_bytes on pipes, the better of Pipe() and Pipe(False).",
        "System.IO.Pipes: bare bytes between two processes; Channels: references within one process, nothing is copied. Both for scale.",
        "pipe round trips: the limit is the bare chain of two wake-ups; asleep: 2 ms of pause before each; pinned: a processor for each end.",
    ];

    public override void Dispose()
    {
        _queues.Dispose();
        _placed.Dispose();
        _pinned.Dispose();
    }

    /// <summary>Also when quick a run is long enough for the just-in-time compiler: the fastest ones would be over before it has begun.</summary>
    private static int Compiled(Effort effort, int usual) => Math.Max(effort.Calls(usual), usual / 2);

    private IEnumerable<Row> Numbers(Effort effort) => Queues(
        "ints", "int", _queues.Numbers, ours: Compiled(effort, 4_000_000), batched: Compiled(effort, 20_000_000),
        theirs: effort.Calls(80_000), theirsBatched: effort.Calls(4_000_000), inProcess: effort.Calls(2_000_000),
        static shape => shape switch
        {
            { Producers: 1, Consumers: 1 } => new Budget(shape.InBatches ? 30e6 : 10e6),
            { Consumers: 1, InBatches: false } => new Budget(5e6),
            _ => null,
        });

    private IEnumerable<Row> Records(Effort effort) => Queues(
        "records of 1 KiB", "record", _queues.Records, ours: Compiled(effort, 400_000), batched: Compiled(effort, 400_000),
        theirs: effort.Calls(40_000), theirsBatched: effort.Calls(200_000), inProcess: effort.Calls(2_000_000), static _ => null);

    private IEnumerable<Row> Arrays(Effort effort) => Queues(
        "arrays of 1 MiB", "array", _queues.Arrays, ours: effort.Calls(1600), batched: effort.Calls(1600),
        theirs: effort.Calls(640), theirsBatched: effort.Calls(640), inProcess: effort.Calls(2_000_000), static _ => null);

    private static IEnumerable<Row> Queues(
        string items, string kind, Func<QueueShape, int, double> measure, int ours, int batched, int theirs, int theirsBatched, int inProcess,
        Func<QueueShape, Budget?> budget) =>
        from inBatches in (bool[])[false, true]
        from shape in Shapes
        let own = new QueueShape(shape.Producers, shape.Consumers, inBatches)
        let command = $"queue_stream {kind} {shape.Producers} {shape.Consumers} {(inBatches ? theirsBatched : theirs)} {(inBatches ? 1 : 0)}"
        select new Row
        {
            Name = $"queue, {own.Name}, {items}{(inBatches ? ", in batches" : "")}",
            Unit = Unit.Rate,
            Budget = budget(own),
            MaxRounds = 5,
            Ours = () => measure(own, inBatches ? batched : ours),
            Peers = Peers(
                (PeerSet.Queue, $"{command} Queue"),
                (PeerSet.SimpleQueue, $"{command} SimpleQueue"),
                (PeerSet.Channels, inBatches ? null : $"{kind} {shape.Producers} {shape.Consumers} {inProcess}")),
        };

    private IEnumerable<Row> RoundTrips(Effort effort)
    {
        var awake = effort.Calls(20_000);
        var asleep = effort.Calls(1000);
        yield return new()
        {
            Name = "two queues, round trip of an int",
            Unit = Unit.Microseconds,
            Ours = () => _queues.RoundTrip(awake),
            Limit = () => _placed.Chain.BlockingAwake(awake),
            Peers = Peers((PeerSet.Queue, $"queue_round_trip {awake / 10} Queue"), (PeerSet.SimpleQueue, $"queue_round_trip {awake / 10} SimpleQueue")),
        };
        foreach (var part in (double[])[0.5, 0.99])
        {
            yield return Pipe(_placed, awake, asleep: false, part);
            yield return Pipe(_placed, asleep, asleep: true, part);
        }
        if (Placement.IsPossible)
        {
            yield return Pipe(_pinned, awake, asleep: false, 0.5);
            yield return Pipe(_pinned, asleep, asleep: true, 0.5);
        }
    }

    private static Row Pipe(PipeAndChain use, int calls, bool asleep, double part) => new()
    {
        Name = $"pipe, round trip of 64 bytes{(asleep ? ", asleep" : "")}{(use.IsPinned ? ", pinned" : "")}{(part == 0.5 ? "" : ", p99")}",
        Unit = Unit.Microseconds,
        Budget = part != 0.5 ? null : asleep ? new(1.2, TimesLimit: true) : new(1),
        Ours = () => use.Pipe.RoundTrip(calls, part, asleep),
        Limit = () => asleep ? use.Chain.BlockingAsleep(calls, part) : use.Chain.BlockingAwake(calls, part),
        Peers = use.IsPinned
            ? []
            : Peers(
                (PeerSet.Connection, string.Create(CultureInfo.InvariantCulture, $"pipe_round_trip {(asleep ? calls : calls / 10)} {part} {(asleep ? "0.002" : "0")}")),
                (PeerSet.IoPipes, string.Create(CultureInfo.InvariantCulture, $"trip {(asleep ? calls : calls / 10)} {part} {(asleep ? "asleep" : "awake")}"))),
        Distributions = part != 0.5 ? [] : new Dictionary<string, Func<double[]>>
        {
            ["pipe"] = () => use.Pipe.RoundTrips(calls, asleep),
            ["bare chain"] = () => use.Chain.BlockingEach(calls, asleep),
        },
    };

    private Row Stream(Effort effort)
    {
        var bytes = (long)effort.Calls(1024) << 20;
        return new()
        {
            Name = $"pipe, {(effort.Quick ? "102 MiB" : "1 GiB")} streamed",
            Unit = Unit.MegabytesPerSecond,
            MaxRounds = 3,
            Ours = () => Math.Max(_placed.Pipe.Stream(bytes, 1 << 15), _placed.Pipe.Stream(bytes, 1 << 20)),
            Peers = Peers((PeerSet.Connection, $"pipe_stream {bytes}"), (PeerSet.IoPipes, $"stream {bytes}")),
        };
    }

    private static Dictionary<string, string> Peers(params (string Peer, string? Command)[] commands) =>
        commands.Where(static c => c.Command is not null).ToDictionary(static c => c.Peer, static c => c.Command!);
}
