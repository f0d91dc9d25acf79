namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Named shared memory, and all that lies in the temporary folder of this run: files, sockets and folders.</summary>
internal static class FileResources
{
    public static IEnumerable<Resource> Find()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries("/dev/shm"))
        {
            yield return new Resource("shared memory", path);
        }
        if (Directory.Exists(TestRun.TemporaryFolder))
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(TestRun.TemporaryFolder, "*", SearchOption.AllDirectories))
            {
                yield return new Resource("temporary file", path);
            }
        }
    }
}
