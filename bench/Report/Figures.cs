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
    string? BestPeer,
    double? Ratio,
    double? Limit,
    double? Budget,
    bool? Met,
    Dictionary<string, double[]> Distributions);

/// <summary>The report of a comparison.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    internal static IReadOnlyList<Row> Read(string file) =>
        JsonSerializer.Deserialize<List<Row>>(File.ReadAllText(file), Options) ?? throw new InvalidDataException($"{file} has no rows.");
}
