namespace Compare;

/// <summary>The samples of one contestant in one row.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    /// <summary>Why there is no (further) sample.</summary>
    internal string? Problem { get; private set; }

    internal double? Median => _values.Count == 0 ? null : MedianOf(_values);

    /// <summary>Takes one more sample, unless an earlier one failed: a contestant that cannot do a row must not stop the others.</summary>
    internal void Take(Func<double> measure, double factor)
    {
        if (Problem is not null)
        {
            return;
        }
        try
        {
            _values.Add(measure() * factor);
        }
        catch (Exception problem) // Reported with the row.
        {
            Problem = $"{problem.GetType().Name}: {problem.Message}";
        }
    }

    internal static double MedianOf(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The least value, the greatest one, and as many in between as make steps of one in a thousand.</summary>
    internal static double[] Quantiles(IReadOnlyCollection<double> values)
    {
        const int Steps = 1000;
        var sorted = values.Order().ToArray();
        return [.. Enumerable.Range(0, Steps + 1).Select(step => sorted[(int)((sorted.Length - 1L) * step / Steps)])];
    }

    /// <summary>The value that a part of all, such as 0.99, does not exceed.</summary>
    internal static double QuantileOf(IReadOnlyCollection<double> values, double part) =>
        part == 0.5 ? MedianOf(values) : values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * part)));
}
