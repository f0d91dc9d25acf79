using System.Globalization;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Testing;

/// <summary>
/// A control group of a test, below the one of the test's process, with a limit for all that is put into it. Where none can be
/// made the test is skipped, and says so.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly ControlGroup _group;

    private MemoryGroup(ControlGroup group) => _group = group;

    public string Folder => _group.Folder;

    /// <summary>The folder of the group that the calling process is in.</summary>
    public static string OfThisProcess => ControlGroup.OfThisProcess()!.Folder;

    public static void SkipUnlessWritable() => Create(1L << 30).Dispose();

    public static MemoryGroup Create(long limit)
    {
        ControlGroup? home = ControlGroup.OfThisProcess()?.Home();
        if (home is null || !Directory.Exists(home.Folder))
        {
            Skip("there is none below which others can be made");
        }
        var group = new MemoryGroup(home! with { Folder = home.File(GroupResources.OfTests + GroupName.Next()) });
        try
        {
            Directory.CreateDirectory(group.Folder);
            GroupFiles.Write(group._group.File(home.IsUnified ? "memory.max" : "memory.limit_in_bytes"), limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            group.Dispose();
            Skip(e.Message);
        }
        return group;
    }

    /// <summary>Puts a process into the group of this folder.</summary>
    public static void Enter(string folder, int process) =>
        GroupFiles.Write(Path.Combine(folder, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        // Whoever was in it may still be on his way out.
        SpinWait.SpinUntil(() => !Directory.Exists(Folder) || TryRemove(), TimeSpan.FromSeconds(20));
        Assert.False(Directory.Exists(Folder));
    }

    private bool TryRemove()
    {
        try
        {
            Directory.Delete(Folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Skip(string reason) =>
        Assert.Skip($"No control group for memory can be made here ({reason}): limits that the kernel keeps were not tested.");
}
