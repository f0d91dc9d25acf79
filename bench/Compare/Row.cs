namespace Compare;

/// <summary>One line of the comparison. A sample is one number in the row's unit; the report shows medians of the rounds.</summary>
internal sealed class Row
{
    internal required string Name { get; init; }

    internal required Unit Unit { get; init; }

    /// <summary>Measures the library once; null where it does not offer this yet.</summary>
    internal Func<double>? Ours { get; init; }

    /// <summary>What the machine itself gives, measured in the same rounds.</summary>
    internal Func<double>? Limit { get; init; }

    /// <summary>The command for each peer that can do this, by the name of the peer.</summary>
    internal IReadOnlyDictionary<string, string> Peers { get; init; } = new Dictionary<string, string>();

    internal Budget? Budget { get; init; }

    /// <summary>Single calls in the row's unit, for pictures: taken once, for those who asked for a report.</summary>
    internal IReadOnlyDictionary<string, Func<double[]>> Distributions { get; init; } = new Dictionary<string, Func<double[]>>();

    /// <summary>In how many of the rounds the row is measured; expensive ones take part in fewer.</summary>
    internal int MaxRounds { get; init; } = int.MaxValue;
}

/// <summary>The goal of a row: a number, or a multiple of the row's limit.</summary>
internal sealed record Budget(double Number, bool TimesLimit = false)
{
    internal double? Resolve(double? limit) => TimesLimit ? Number * limit : Number;
}

/// <summary>The unit of a row: how it is called, how many of it are one basic unit (s, tasks/s, bytes), and which way is better.</summary>
internal sealed record Unit(string Name, double PerBasicUnit, bool HigherIsBetter = false)
{
    internal static readonly Unit Nanoseconds = new("ns", 1e9);
    internal static readonly Unit Microseconds = new("us", 1e6);
    internal static readonly Unit Milliseconds = new("ms", 1e3);
    internal static readonly Unit Millionths = new("ppm", 1e6);
    internal static readonly Unit Rate = new("/s", 1, HigherIsBetter: true);
    internal static readonly Unit MegabytesPerSecond = new("MB/s", 1e-6, HigherIsBetter: true);
    internal static readonly Unit Megabytes = new("MB", 1e-6);

    internal bool IsMet(double value, double budget) => HigherIsBetter ? value >= budget : value <= budget;

    /// <summary>How many times better <paramref name="ours"/> is than <paramref name="theirs"/>.</summary>
    internal double Ratio(double ours, double theirs) => HigherIsBetter ? ours / theirs : theirs / ours;
}
