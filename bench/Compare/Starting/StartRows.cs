using Compare.Peers;
using Multiprocessing;

namespace Compare.Starting;

/// <summary>The rows of processes by themselves; the first results of pools are rows of theirs.</summary>
internal sealed class StartRows : AreaRows
{
    internal StartRows(Effort effort) => Rows = [.. Create(effort)];

    internal override IReadOnlyList<Row> Rows { get; }

    internal override IReadOnlyList<string> Notes { get; } =
    [
        "standby: a process that is up and waits for its code is ready before each start, as after a short while in every program.",
        "limits: of standby, to start the smallest native program and wait for its end; of spawn, the same with a managed program that does nothing.",
        "fork copies the parent as it is, with its locks and without its threads; forkserver and spawn begin anew, as the library does always.",
        "at once: all started one after the other, then all joined.",
    ];

    public override void Dispose()
    {
    }

    private static IEnumerable<Row> Create(Effort effort)
    {
        var (few, many) = (effort.Calls(40), effort.Calls(80));
        foreach (var (method, name, limit) in (IEnumerable<(StartMethod, string, Func<double>)>)
        [
            (StartMethod.Standby, "standby", () => BareProgram.OfSystem(few)),
            (StartMethod.Spawn, "spawn", () => BareProgram.OfRuntime(few)),
        ])
        {
            yield return Time($"process, {name}, start to exit", "start_to_exit", few, () => ProcessUse.StartToExit(method, few), limit);
            yield return Time($"process, {name}, start to its code", "start_to_code", few, () => ProcessUse.StartToCode(method, few));
            yield return Time($"process, {name}, the call of Start", "start_call", few, () => ProcessUse.StartCall(method, few));
            yield return new()
            {
                Name = $"processes, {name}, {many} at once",
                Unit = Unit.Rate,
                MaxRounds = 3,
                Ours = () => ProcessUse.StartMany(method, many),
                Peers = Peers($"start_many {{0}} {many}"),
            };
        }
    }

    private static Row Time(string name, string command, int count, Func<double> ours, Func<double>? limit = null) => new()
    {
        Name = name,
        Unit = Unit.Milliseconds,
        MaxRounds = 3,
        Ours = ours,
        Limit = limit,
        Peers = Peers($"{command} {{0}} {count}"),
    };

    private static Dictionary<string, string> Peers(string command) => new()
    {
        [PeerSet.Fork] = command.Replace("{0}", "fork", StringComparison.Ordinal),
        [PeerSet.ForkServer] = command.Replace("{0}", "forkserver", StringComparison.Ordinal),
        [PeerSet.Spawn] = command.Replace("{0}", "spawn", StringComparison.Ordinal),
    };
}
