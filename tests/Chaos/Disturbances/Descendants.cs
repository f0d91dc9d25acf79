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

    /// <summary>What the kernel says of each: where it sleeps, whether it is stopped.</summary>
    internal static string Describe() => string.Join(Environment.NewLine, Find().Select(id =>
        $"  process {id}: {ProcFile.ReadText($"/proc/{id}/stat")?.TrimEnd()}, in {ProcFile.ReadText($"/proc/{id}/wchan")}"));

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
