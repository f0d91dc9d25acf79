using System.Text;

namespace Multiprocessing.Platform.Linux;

/// <summary>A control group that counts memory: of version 2, or of version 1 where its memory controller is mounted (cgroups(7)).</summary>
/// <param name="Folder">Where its files are, as this process sees them.</param>
/// <param name="IsUnified">Whether it is of version 2.</param>
internal sealed record ControlGroup(string Folder, bool IsUnified)
{
    /// <summary>That of this process, as of now: a process can be moved. Null if its memory is not counted, or the files are not mounted.</summary>
    public static ControlGroup? OfThisProcess() =>
        Find(GroupFiles.ReadLines("/proc/self/cgroup"), GroupFiles.ReadLines("/proc/self/mountinfo"));

    /// <summary>Where a file of this group is.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>
    /// The group below which groups of workers can be made: this one; the one above, if this one is a worker's itself, because a limit is meant
    /// for one process and not for those that it starts; null if there is none.
    /// </summary>
    /// <remarks>
    /// In version 2 only groups without processes have controllers for groups below them, but for the first of all. A manager that gave a
    /// whole subtree away says so by an attribute of the folder (systemd: <c>Delegate=</c> with <c>DelegateSubgroup=</c>).
    /// </remarks>
    public ControlGroup? Home()
    {
        var above = this with { Folder = Path.GetDirectoryName(Folder) ?? Folder };
        if (GroupName.TryParse(Path.GetFileName(Folder), out _))
        {
            return above;
        }

        if (!IsUnified || !System.IO.File.Exists(File("cgroup.type")))
        {
            return this;
        }

        // Beside this group its own limits do not hold.
        bool isFree = GroupFiles.ReadLines(File("memory.max")) is [] or ["max"];
        return isFree && GroupFiles.IsDelegated(above.Folder) ? above : null;
    }

    internal static ControlGroup? Find(IEnumerable<string> groups, string[] mounts)
    {
        string? unified = null;
        foreach (string group in groups)
        {
            // Number, controllers, path.
            string[] parts = group.Split(':', 3);
            if (parts.Length == 3 && parts[1].Split(',').Contains("memory"))
            {
                return Locate(mounts, parts[2], "cgroup", "memory") is { } folder ? new ControlGroup(folder, IsUnified: false) : null;
            }

            unified = parts.Length == 3 && parts[1].Length == 0 ? parts[2] : unified;
        }

        return unified is not null && Locate(mounts, unified, "cgroup2", null) is { } found ? new ControlGroup(found, IsUnified: true) : null;
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

            // In a container the mount may show a part of the hierarchy only, and our group need not be in it.
            string root = Unescape(fields[3]).TrimEnd('/');
            if (path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/')
                && !path.StartsWith("/..", StringComparison.Ordinal))
            {
                return (Unescape(fields[4]) + path[root.Length..]).TrimEnd('/');
            }
        }

        return null;
    }

    /// <summary>Blanks, tabs, line ends and backslashes of a path are written as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }

        var text = new StringBuilder();
        for (int i = 0; i < field.Length; i++)
        {
            bool isEscape = field[i] == '\\' && i + 3 < field.Length;
            text.Append(isEscape ? (char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')) : field[i]);
            i += isEscape ? 3 : 0;
        }

        return text.ToString();
    }
}
