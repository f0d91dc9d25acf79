using System.Text.Json;

namespace Compare.Reports;

/// <summary>
/// The results for programs: a list of <c>{area, name, unit, higherIsBetter, ours, peers: {name: value}, bestPeer, ratio, limit, budget, met,
/// distributions: {whose: [quantiles]}}</c>, null where unknown.
/// </summary>
internal static class JsonReport
{
    internal static void Write(string file, IReadOnlyList<RowResult> results)
    {
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("area", result.Area);
            json.WriteString("name", result.Row.Name);
            json.WriteString("unit", result.Row.Unit.Name);
            json.WriteBoolean("higherIsBetter", result.Row.Unit.HigherIsBetter);
            Number(json, "ours", result.Ours);
            json.WriteStartObject("peers");
            foreach (var (name, value) in result.Peers)
            {
                Number(json, name, value);
            }
            json.WriteEndObject();
            json.WriteString("bestPeer", result.BestPeer);
            Number(json, "ratio", result.Ratio);
            Number(json, "limit", result.Limit);
            Number(json, "budget", result.Budget);
            if (result.Met is { } met)
            {
                json.WriteBoolean("met", met);
            }
            else
            {
                json.WriteNull("met");
            }
            json.WriteStartObject("distributions");
            foreach (var (whose, values) in result.Distributions)
            {
                json.WriteStartArray(whose);
                Array.ForEach(values, json.WriteNumberValue);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
