namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Shared memory that is mapped into this process.</summary>
internal static class MappingResources
{
    public static IEnumerable<Resource> Find()
    {
        foreach (string line in (ProcFile.ReadText("/proc/self/maps") ?? "").Split('\n'))
        {
            // "FROM-TO FLAGS OFFSET DEVICE INODE PATH"; the runtime's own double mapping of code is no concern.
            int path = line.IndexOf('/', StringComparison.Ordinal);
            if (path > 0 && IsSharedMemory(line.AsSpan(path)))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                yield return new Resource("mapping", $"{fields[0]} inode {fields[4]} {line[path..]}");
            }
        }
    }

    private static bool IsSharedMemory(ReadOnlySpan<char> path) =>
        (path.StartsWith("/memfd:") && !path.StartsWith("/memfd:doublemapper")) || path.StartsWith("/dev/shm/");
}
