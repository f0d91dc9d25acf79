using System.Diagnostics.CodeAnalysis;

namespace Compare;

/// <summary>The command line.</summary>
internal sealed record Arguments(IReadOnlyList<Area> Areas, bool Quick, string? JsonFile)
{
    private static string Usage =>
        $"usage: Compare AREA... [--quick] [--json FILE]{Environment.NewLine}areas: {string.Join(", ", Area.All.Select(a => a.Name))}, or all";

    internal static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        (arguments, problem) = (null, null);
        var areas = new List<Area>();
        var quick = false;
        string? json = null;
        for (var i = 0; i < args.Length && problem is null; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                case "--json":
                    problem = $"--json needs the name of a file.{Environment.NewLine}{Usage}";
                    break;
                case "all":
                    areas.AddRange(Area.All);
                    break;
                case var name when Area.All.FirstOrDefault(a => a.Name == name) is { } area:
                    areas.Add(area);
                    break;
                case var name:
                    problem = $"There is no area or option '{name}'.{Environment.NewLine}{Usage}";
                    break;
            }
        }
        if (problem is null && areas.Count == 0)
        {
            problem = Usage;
        }
        if (problem is null)
        {
            arguments = new Arguments([.. areas.Distinct()], quick, json);
        }
        return problem is null;
    }
}
