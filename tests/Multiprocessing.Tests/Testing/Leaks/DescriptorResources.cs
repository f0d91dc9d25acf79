namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Open descriptors of this process with what they lead to, and the abstract sockets that it has bound.</summary>
internal static class DescriptorResources
{
    public static IEnumerable<Resource> Find()
    {
        Dictionary<string, string> names = ReadAbstractSockets();
        foreach (string path in Directory.EnumerateFiles("/proc/self/fd"))
        {
            // The folder that is being read here is gone when its entry is looked up; the runtime keeps
            // assemblies and symbols open that it has loaded.
            if (ProcFile.ReadLink(path) is not { } target || target.StartsWith("/proc/", StringComparison.Ordinal)
                || target.EndsWith(".dll", StringComparison.Ordinal) || target.EndsWith(".pdb", StringComparison.Ordinal))
            {
                continue;
            }
            yield return new Resource("descriptor", $"{Path.GetFileName(path)} -> {target}");
            if (names.TryGetValue(target, out string? name))
            {
                yield return new Resource("abstract socket", name);
            }
        }
    }

    // "Num RefCount Protocol Flags Type St Inode Path": a path that begins with '@' has no file.
    private static Dictionary<string, string> ReadAbstractSockets()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in (ProcFile.ReadText("/proc/self/net/unix") ?? "").Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 8 && fields[7][0] == '@')
            {
                names[$"socket:[{fields[6]}]"] = fields[7];
            }
        }
        return names;
    }
}
