using Compare.Peers;

namespace Compare.Reports;

/// <summary>The results for people.</summary>
internal static class ConsoleTable
{
    internal static void Write(
        TextWriter output, string area, Effort effort, IReadOnlyList<RowResult> results, IReadOnlyList<Peer> peers, IReadOnlyList<string> notes)
    {
        output.WriteLine();
        output.WriteLine($"{area}: medians of {effort.Rounds} rounds; ratio: how many times better than the best peer; limit: what the machine itself gives");
        string[] header = [area, "unit", "ours", .. peers.Select(p => p.Name), "ratio", "limit", "budget", "met"];
        List<string[]> lines = [header, .. results.Select(r => Cells(r, peers))];
        var widths = header.Select((_, column) => lines.Max(l => l[column].Length)).ToArray();
        foreach (var line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
        }
        foreach (var problem in results.SelectMany(r => r.Problems.Select(p => $"! {r.Row.Name}: {p}")))
        {
            output.WriteLine(problem);
        }
        foreach (var note in notes)
        {
            output.WriteLine($"- {note}");
        }
    }

    private static string[] Cells(RowResult result, IReadOnlyList<Peer> peers) =>
    [
        result.Row.Name,
        result.Row.Unit.Name,
        Number(result.Ours),
        .. peers.Select(p => Number(result.Peers[p.Name])),
        result.Ratio is { } ratio ? $"{Number(ratio)}x" : "-",
        Number(result.Limit),
        result.Budget is { } budget ? $"{(result.Row.Unit.HigherIsBetter ? ">=" : "<=")} {Number(budget)}" : "-",
        result.Met switch { true => "yes", false => "NO", null => "-" },
    ];

    /// <summary>Three significant digits.</summary>
    private static string Number(double? value) => value switch
    {
        null => "-",
        >= 1e6 => (value.Value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value.Value / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + "k",
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
