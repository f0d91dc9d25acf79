using Compare.Peers;

namespace Compare.Messaging;

/// <summary>The rows of queues, with the budgets of the design.</summary>
internal sealed class MessagingRows : AreaRows
{
    private readonly QueueUse _queues = new();

    internal MessagingRows(Effort effort) => Rows = [.. Queues(effort)];

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "queues: other processes put, this one takes. Batches are of 1,000 numbers; the peer puts lists of 1,000.",
        "the peer: the better of Queue and SimpleQueue, of a fork context, bound methods in a loop.",
    ];

    public override void Dispose() => _queues.Dispose();

    private IEnumerable<Row> Queues(Effort effort)
    {
        var numbers = effort.Calls(5_000_000);
        var batches = effort.Calls(20_000_000);
        var trips = effort.Calls(20_000);
        var texts = effort.Calls(500_000);
        var arrays = effort.Calls(1_000);
        return
        [
            new()
            {
                Name = "queue, 1 producer, 1 consumer, ints", Unit = Unit.Rate, Budget = new(10e6),
                Ours = () => _queues.Single(numbers), Peers = Python($"queue_items int 1 {numbers / 50}"),
            },
            new()
            {
                Name = "queue, 1 producer, 1 consumer, ints in batches", Unit = Unit.Rate, Budget = new(30e6),
                Ours = () => _queues.Batch(batches), Peers = Python($"queue_batches {numbers}"),
            },
            new()
            {
                Name = "queue, 4 producers, 1 consumer, ints", Unit = Unit.Rate, Budget = new(5e6),
                Ours = () => _queues.FourProducers(numbers), Peers = Python($"queue_items int 4 {numbers / 50}"),
            },
            new()
            {
                Name = "two queues, round trip of an int", Unit = Unit.Microseconds,
                Ours = () => _queues.RoundTrip(trips), Peers = Python($"queue_round_trip {trips / 10}"),
            },
            new()
            {
                Name = "queue, 1 producer, 1 consumer, texts of 1 KiB", Unit = Unit.Rate,
                Ours = () => _queues.Texts(texts), Peers = Python($"queue_items text 1 {texts / 10}"),
            },
            new()
            {
                Name = "queue, 1 producer, 1 consumer, arrays of 1 MiB", Unit = Unit.Rate,
                Ours = () => _queues.Arrays(arrays), Peers = Python($"queue_items array 1 {arrays / 4}"),
            },
        ];
    }

    private static Dictionary<string, string> Python(string command) => new() { [PeerSet.Pool] = command };
}
