using System.Globalization;
using ScottPlot;

namespace Report;

/// <summary>How many times faster than the best peer by length of task and by payload, and how the times of single calls are spread.</summary>
internal static class Pictures
{
    private const int Width = 900;
    private const int Height = 480;

    private static readonly (string File, string Title, string Row)[] Histograms =
    [
        ("pipe-awake.png", "Pipe, round trip of 64 bytes, back to back", "pipe, round trip of 64 bytes"),
        ("pipe-asleep.png", "Pipe, round trip of 64 bytes, after a pause", "pipe, round trip of 64 bytes, asleep"),
        ("pool-awake.png", "Pool, blocking round trip, back to back", "blocking round trip"),
        ("pool-asleep.png", "Pool, blocking round trip, after a pause", "blocking round trip, asleep"),
    ];

    internal static void Draw(string folder, IReadOnlyList<Row> rows)
    {
        Directory.CreateDirectory(folder);
        Ratios(Path.Combine(folder, "ratio-by-task.png"), "Tasks of a map: how many times the best peer", " tasks on all cores", rows);
        Ratios(Path.Combine(folder, "ratio-by-payload.png"), "A payload there and back: how many times faster than the best peer", ", there and back", rows);
        foreach (var (file, title, name) in Histograms)
        {
            if (rows.FirstOrDefault(row => row.Name == name) is { Distributions.Count: > 0 } row)
            {
                Histogram(Path.Combine(folder, file), title, row);
            }
        }
    }

    private static void Ratios(string file, string title, string ending, IReadOnlyList<Row> rows)
    {
        var shown = rows.Where(row => row.Name.EndsWith(ending, StringComparison.Ordinal) && row.Ratio is not null).ToList();
        if (shown.Count == 0)
        {
            return;
        }
        // Logarithms, because a bar of 100 would hide one of 2; a bar downwards is a ratio below 1.
        using var plot = new Plot();
        var bars = plot.Add.Bars(shown.Select(static row => Math.Log10(row.Ratio!.Value)).ToArray());
        for (var i = 0; i < shown.Count; i++)
        {
            bars.Bars[i].Label = string.Create(CultureInfo.InvariantCulture, $"{shown[i].Ratio:0.#}x  ({shown[i].BestPeer})");
        }
        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, shown.Count).Select(static i => (double)i)],
            [.. shown.Select(row => row.Name[..^ending.Length].Replace("payload of ", "", StringComparison.Ordinal))]);
        double[] decades = [-1, 0, 1, 2, 3];
        plot.Axes.Left.SetTicks(decades, [.. decades.Select(static d => string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, d):0.#}x"))]);
        plot.Axes.Margins(top: 0.15);
        plot.Title(title);
        plot.SavePng(file, Width, Height);
    }

    private static void Histogram(string file, string title, Row row)
    {
        const int Bins = 120;
        // The slowest hundredth would squeeze all the others into a few bins.
        var (least, most) = (row.Distributions.Values.Min(static v => v[0]), row.Distributions.Values.Max(static v => v[(int)(v.Length * 0.99)]));
        using var plot = new Plot();
        foreach (var (whose, values) in row.Distributions)
        {
            var counts = new double[Bins];
            foreach (var value in values.Where(v => v <= most))
            {
                counts[Math.Min(Bins - 1, (int)((value - least) / (most - least) * Bins))] += 100.0 / values.Length;
            }
            var line = plot.Add.Scatter([.. Enumerable.Range(0, Bins).Select(i => least + ((i + 0.5) * (most - least) / Bins))], counts);
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"{whose}: median {values[values.Length / 2]:0.00} {row.Unit}, p99 {values[(int)(values.Length * 0.99)]:0.0} {row.Unit}");
            line.ConnectStyle = ConnectStyle.StepHorizontal;
            line.MarkerSize = 0;
            line.FillY = true;
            line.FillYColor = line.Color.WithAlpha(0.3);
        }
        plot.ShowLegend(Alignment.UpperRight);
        plot.XLabel(row.Unit);
        plot.YLabel("% of the calls");
        plot.Title(title);
        plot.SavePng(file, Width, Height);
    }
}
