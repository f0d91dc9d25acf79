using Compare.Peers;

namespace Compare.Memory;

/// <summary>The rows of shared memory, with the budgets of the design.</summary>
internal sealed class MemoryRows : AreaRows
{
    private const long MiB = 1024 * 1024;
    private readonly SharedUse _use = new();

    internal MemoryRows(Effort effort)
    {
        var additions = effort.Calls(5_000_000);
        var theirAdditions = effort.Calls(200_000);
        var together = effort.Calls(2_000_000);
        var theirTogether = effort.Calls(50_000);
        var calls = effort.Calls(500);
        Rows =
        [
            new()
            {
                Name = "atomic add to a shared value", Unit = Unit.Nanoseconds,
                Ours = () => SharedUse.Add(additions), Limit = () => _use.AddLocally(additions), Peers = Python($"memory_add {theirAdditions}"),
            },
            new()
            {
                Name = "atomic add, two processes", Unit = Unit.Rate,
                Ours = () => _use.AddTogether(together), Peers = Python($"memory_add_together {theirTogether}"),
            },
            new()
            {
                Name = "creation of 10,000 values", Unit = Unit.Milliseconds, MaxRounds = 5,
                Ours = static () => SharedUse.Create(10_000), Peers = Python("memory_create 10000"),
            },
            .. HandOver("64 MiB", 64 * MiB, calls),
            .. HandOver("1 GiB", 1024 * MiB, calls),
        ];
    }

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "atomic add: the peer's is 'with value.get_lock(): value.value += 1', its only one that loses nothing; the limit is Interlocked.Add on a field.",
        "creation: the peer's are raw values without a lock, its fastest; ours can be added to atomically and sent to any process.",
        "hand-over: a task that reads the first and the last byte, round trip included. Mapped: the worker has kept the array (the peer's: a table of names).",
        "hand-over, first: the peer's worker attaches by name, reads and closes, as its documentation advises.",
    ];

    public override void Dispose() => _use.Dispose();

    private IEnumerable<Row> HandOver(string size, long bytes, int calls) =>
    [
        new()
        {
            Name = $"{size} array, worker has it mapped", Unit = Unit.Microseconds, Budget = new(50), MaxRounds = 5,
            Ours = () => _use.HandOverMapped(bytes, calls), Peers = Python($"memory_mapped {bytes} {calls}"),
        },
        new()
        {
            Name = $"{size} array, first time", Unit = Unit.Microseconds, MaxRounds = 5,
            Ours = () => _use.HandOverFirst(bytes), Peers = Python($"memory_first {bytes}"),
        },
    ];

    private static Dictionary<string, string> Python(string command) => new() { [PeerSet.Primitives] = command };
}
