using System.Globalization;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// The control group that counts this process's memory: of version 2, or of version 1 where its memory controller is mounted (cgroups(7)).
/// </summary>
internal sealed class ControlGroups : MemoryControl
{
    private readonly string? _events;

    public ControlGroups()
        : this("/proc/self/cgroup", "/proc/self/mountinfo")
    {
    }

    internal ControlGroups(string groups, string mounts)
    {
        if (FindFolder(ReadLines(groups), ReadLines(mounts), out bool isUnified) is { } folder)
        {
            _events = Path.Combine(folder, isUnified ? "memory.events" : "memory.oom_control");
        }
    }

    public override long OutOfMemoryKills
    {
        get
        {
            foreach (string line in _events is null ? [] : ReadLines(_events))
            {
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal)
                    && long.TryParse(line.AsSpan("oom_kill ".Length), CultureInfo.InvariantCulture, out long count))
                {
                    return count;
                }
            }

            return 0;
        }
    }

    /// <summary>Where the files of this process's group are, as it sees them; null if its memory is not counted.</summary>
    internal static string? FindFolder(IEnumerable<string> groups, string[] mounts, out bool isUnified)
    {
        string? unified = null;
        foreach (string group in groups)
        {
            // Number, controllers, path.
            string[] parts = group.Split(':', 3);
            if (parts.Length == 3 && parts[1].Split(',').Contains("memory"))
            {
                isUnified = false;
                return Locate(mounts, parts[2], "cgroup", "memory");
            }

            unified = parts.Length == 3 && parts[1].Length == 0 ? parts[2] : unified;
        }

        isUnified = true;
        return unified is null ? null : Locate(mounts, unified, "cgroup2", null);
    }

    private static string? Locate(string[] mounts, string path, string type, string? controller)
    {
        foreach (string mount in mounts)
        {
            // proc_pid_mountinfo(5): id, parent, device, root, mount point, options, optional fields, "-", type, source, options of the whole.
            string[] fields = mount.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (dash < 0 || fields.Length < dash + 4 || fields[dash + 1] != type
                || (controller is not null && !fields[dash + 3].Split(',').Contains(controller)))
            {
                continue;
            }

            string root = fields[3].TrimEnd('/');
            if (path.StartsWith(root, StringComparison.Ordinal))
            {
                return fields[4] + path[root.Length..];
            }
        }

        return null;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // Not on this system, or not for us to see.
        }
    }
}
