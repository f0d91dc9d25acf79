using System.Text.Json;

namespace Report;

/// <summary>A row of a comparison, as its report has it.</summary>
internal sealed record Row(
    string Area,
    string Name,
    string Unit,
    bool HigherIsBetter,
    double? Ours,
    Dictionary<string, double?> Peers,
    double? Limit,
    double? Budget,
    bool? Met,
    Dictionary<string, double[]> Distributions)
{
    /// <summary>Peers that do something else, and are there to give an idea of the scale.</summary>
    private static readonly string[] ForScale = ["Parallel, threads", "System.IO.Pipes", "Channels, one process"];

    /// <summary>The best of the peers that do the same.</summary>
    internal KeyValuePair<string, double?>? Best
    {
        get
        {
            var rivals = Peers.Where(static peer => peer.Value is not null && !ForScale.Contains(peer.Key)).OrderBy(static peer => peer.Value).ToList();
            return rivals.Count == 0 ? null : HigherIsBetter ? rivals[^1] : rivals[0];
        }
    }

    /// <summary>How many times better than the best peer.</summary>
    internal double? Ratio => Ours is { } ours && Best is { Value: { } best } ? HigherIsBetter ? ours / best : best / ours : null;
}

/// <summary>The report of a comparison.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    internal static IReadOnlyList<Row> Read(string file) =>
        JsonSerializer.Deserialize<List<Row>>(File.ReadAllText(file), Options) ?? throw new InvalidDataException($"{file} has no rows.");
}
