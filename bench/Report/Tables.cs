using System.Globalization;
using System.Text;

namespace Report;

/// <summary>A table for each area, between two marks of the page: <c>&lt;!-- table: pool --&gt;</c> and <c>&lt;!-- end --&gt;</c>.</summary>
internal static class Tables
{
    private const string End = "<!-- end -->";

    internal static void Update(string page, IReadOnlyList<Row> rows)
    {
        var text = File.ReadAllText(page);
        foreach (var area in rows.GroupBy(static row => row.Area))
        {
            var mark = $"<!-- table: {area.Key} -->";
            var start = text.IndexOf(mark, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf(End, start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new InvalidDataException($"{page} has no place for the table of {area.Key}.");
            }
            text = string.Concat(text.AsSpan(0, start + mark.Length), "\n", Table(area), text.AsSpan(end));
        }
        File.WriteAllText(page, text);
    }

    private static string Table(IEnumerable<Row> rows)
    {
        var table = new StringBuilder("| measure | unit | ours | best peer | ratio | limit | budget | met |\n|---|---|--:|---|--:|--:|--:|---|\n");
        foreach (var row in rows)
        {
            var best = row.BestPeer is { } peer ? $"{Number(row.Peers[peer])} ({peer})" : "";
            var ratio = row.Ratio is { } times ? $"{Number(times)}x" : "";
            var budget = row.Budget is { } number ? $"{(row.HigherIsBetter ? "≥" : "≤")} {Number(number)}" : "";
            var met = row.Met switch { true => "yes", false => "**no**", null => "" };
            table.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Unit} | {Number(row.Ours)} | {best} | {ratio} | {Number(row.Limit)} | {budget} | {met} |\n");
        }
        return table.ToString();
    }

    /// <summary>Three significant digits.</summary>
    private static string Number(double? value) => value switch
    {
        null => "",
        >= 1e6 => (value.Value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value.Value / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
