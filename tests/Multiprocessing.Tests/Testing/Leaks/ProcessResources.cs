using System.Globalization;
using System.Text;

namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Processes below this one, and those that lost their parent but carry the mark of this run; the dead that nobody reaped too.</summary>
internal static class ProcessResources
{
    public static IEnumerable<Resource> Find()
    {
        Dictionary<int, int> parents = ReadParents();
        var mark = Encoding.UTF8.GetBytes($"{TestRun.Mark}={TestRun.MarkValue}");
        foreach (int id in parents.Keys)
        {
            if (id != Environment.ProcessId && (IsBelowThis(id, parents) || IsMarked(id, mark)))
            {
                yield return new Resource("process", $"{id} {Describe(id)}");
            }
        }
    }

    private static Dictionary<int, int> ReadParents()
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id)
                && ProcFile.ReadText($"/proc/{id}/stat") is { } stat)
            {
                // "PID (NAME) STATE PPID ...": the name may contain anything, also parentheses.
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            }
        }
        return parents;
    }

    private static bool IsBelowThis(int id, Dictionary<int, int> parents)
    {
        for (int steps = 0; steps < parents.Count && parents.TryGetValue(id, out int parent); steps++)
        {
            if (parent == Environment.ProcessId)
            {
                return true;
            }
            id = parent;
        }
        return false;
    }

    private static bool IsMarked(int id, byte[] mark) =>
        ProcFile.Read($"/proc/{id}/environ") is { } environment && environment.AsSpan().IndexOf(mark) >= 0;

    private static string Describe(int id)
    {
        string commandLine = ProcFile.ReadText($"/proc/{id}/cmdline")?.Replace('\0', ' ').Trim() ?? "";
        return commandLine.Length > 0 ? commandLine : $"{ProcFile.ReadText($"/proc/{id}/comm")?.Trim()} (ended, not reaped)";
    }
}
