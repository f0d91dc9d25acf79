using System.Globalization;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Chaos;

/// <summary>The processes below this one: workers, processes that wait to become one, and workers of workers.</summary>
internal static class Descendants
{
    internal static List<int> Find()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && ProcFile.ReadText($"{folder}/stat") is { } stat)
            {
                parents[id] = int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }
        return [.. parents.Keys.Where(id => IsBelowThis(parents, id))];
    }

    private static bool IsBelowThis(Dictionary<int, int> parents, int id)
    {
        for (var steps = 0; steps < parents.Count && parents.TryGetValue(id, out var parent); steps++, id = parent)
        {
            if (parent == Environment.ProcessId)
            {
                return true;
            }
        }
        return false;
    }
}
