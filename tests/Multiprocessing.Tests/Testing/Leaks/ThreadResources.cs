namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>
/// Threads of this process by name. The runtime's own come and go as it likes. The library names its threads with the prefix
/// <c>mp-</c>; one of each name may stay for the life of the process.
/// </summary>
internal static class ThreadResources
{
    // Unnamed threads bear the name of the thread that started them, so names of the pool's threads say nothing.
    private static readonly string[] OfTheRuntime =
        [".NET TP", ".NET Tiered", ".NET Timer", ".NET SigHandler", ".NET Synch", ".NET EventPipe", ".NET Finalizer", ".NET Sockets", ".NET BGC", ".NET Server"];

    public static IEnumerable<Resource> Find()
    {
        var singletons = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (ProcFile.ReadText(folder + "/comm")?.TrimEnd('\n') is not { } name || IsOfTheRuntime(name))
            {
                continue;
            }
            if (name.StartsWith("mp-", StringComparison.Ordinal) && singletons.Add(name))
            {
                continue;
            }
            yield return new Resource("thread", $"{Path.GetFileName(folder)} {name}");
        }
    }

    private static bool IsOfTheRuntime(string name)
    {
        foreach (string prefix in OfTheRuntime)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
