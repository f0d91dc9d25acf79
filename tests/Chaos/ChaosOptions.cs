using System.Globalization;

namespace Multiprocessing.Chaos;

/// <summary>The command line.</summary>
/// <param name="Seconds">How long to go on.</param>
/// <param name="Seed">What all randomness comes from.</param>
/// <param name="Workers">The most workers of a pool.</param>
internal sealed record ChaosOptions(int Seconds, int Seed, int Workers)
{
    private const string Usage = "usage: Chaos [--seconds N] [--seed S] [--workers W]";

    internal static ChaosOptions Parse(string[] arguments)
    {
        var options = new ChaosOptions(60, Environment.ProcessId * 7919, 4);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var value))
            {
                throw new ArgumentException(Usage);
            }
            options = arguments[i] switch
            {
                "--seconds" => options with { Seconds = value },
                "--seed" => options with { Seed = value },
                "--workers" => options with { Workers = value },
                _ => throw new ArgumentException(Usage),
            };
        }
        return options;
    }
}
