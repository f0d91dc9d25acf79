using System.Runtime.InteropServices;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Tests.Pools.Reports;
using Multiprocessing.Tests.Processes;
using Multiprocessing.Tests.Testing;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Platform.Linux.Groups;

/// <summary>Where groups for workers can be made, and where not.</summary>
public sealed partial class WorkerGroupTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_the_files_of_the_kernel_are_missing_there_is_no_group_and_nothing_is_left(bool isUnified)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        Assert.Null(WorkerGroup.TryCreate(1 << 30, new ControlGroup(folder, isUnified)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
        Assert.Null(WorkerGroup.TryCreate(1 << 30, new ControlGroup(folder, isUnified)));
        Assert.False(Directory.Exists(folder));
        Assert.Null(WorkerGroup.TryCreate(1 << 30, own: null));
    }

    [Fact]
    public async Task That_the_kernel_keeps_no_limit_is_said_once() =>
        Assert.Equal(
            "Debug: The kernel cannot be asked to limit the memory of workers, so that is only watched: it is in no control group for memory; other",
            await Answer.OfAsync(static () =>
            {
                using RecordingLoggerFactory log = RecordingLoggerFactory.Install();
                WorkerGroup.TryCreate(1 << 30, own: null);
                WorkerGroup.TryCreate(1 << 30, new ControlGroup("/proc", IsUnified: false));
                MultiprocessingLog.OutputFailed(new InvalidOperationException());
                RecordingLoggerFactory.Entry first = log.Next("Multiprocessing"), second = log.Next("Multiprocessing");
                return $"{first.Level}: {first.Message}; {(second.EventId == first.EventId ? "the same" : "other")}";
            }));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task In_version_1_a_child_starts_where_it_would_otherwise_if_a_group_cannot_be_entered_or_left(bool canEnter, bool canLeave)
    {
        using MemoryGroup target = MemoryGroup.Create(1 << 30);
        ControlGroup own = ControlGroup.OfThisProcess()!;
        Assert.SkipWhen(own.IsUnified, "Control groups are of version 2 here.");
        var nowhere = new ControlGroup("/proc", IsUnified: false);
        using PidfdProcessHandle child = GroupEntry.Start(
            canLeave ? own : nowhere,
            canEnter ? new ControlGroup(target.Folder, IsUnified: false) : nowhere,
            static entered => { Assert.False(entered); return Sleep(); });
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(target.Folder, "tasks"), TestContext.Current.CancellationToken));
        child.Send(Signal.Kill);
        await child.ExitTask.WaitAsync(Soon);
    }

    [Fact]
    public void Groups_are_made_below_that_of_the_process_or_beside_it_if_it_is_a_workers()
    {
        var home = new ControlGroup("/groups/job", IsUnified: false);
        Assert.Equal(home, home.Home());
        Assert.Equal(home, (home with { Folder = "/groups/job/multiprocessing-7-8-9" }).Home());
    }

    [Fact]
    public void In_version_2_a_group_with_processes_can_have_none_below_it_but_beside_it_if_that_was_delegated()
    {
        using Version2Group outer = Version2Group.Create();
        using Version2Group inner = outer.CreateBelow();
        Assert.Null(inner.Group.Home());
        Assert.Equal(0, SetAttribute(outer.Group.Folder, "user.delegate", [(byte)'0'], 1, 0));
        Assert.Null(inner.Group.Home());
        Assert.Equal(0, SetAttribute(outer.Group.Folder, "user.delegate", [(byte)'1'], 1, 0));
        Assert.Equal(outer.Group, inner.Group.Home());
        Assert.Equal(outer.Group, (outer.Group with { Folder = outer.Group.File("multiprocessing-7-8-9") }).Home());
    }

    [Fact]
    public async Task In_version_2_a_child_is_moved_and_its_group_goes_when_it_has_ended()
    {
        using Version2Group outer = Version2Group.Create();
        using Version2Group target = outer.CreateBelow();
        ControlGroup own = outer.Group;
        using PidfdProcessHandle child = GroupEntry.Start(own, target.Group, static _ => Sleep());
        string expected = $"/{Path.GetFileName(own.Folder)}/{Path.GetFileName(target.Group.Folder)}";
        Assert.EndsWith(expected, GroupOf(child.Id), StringComparison.Ordinal);
        child.Send(Signal.Kill);
        await child.ExitTask.WaitAsync(Soon);
        GroupRemoval.Remove(target.Group, own);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(target.Group.Folder), Soon));
    }

    [Fact]
    public async Task What_still_runs_in_a_group_that_goes_is_moved_up_and_what_is_dead_already_is_nobody()
    {
        using Version2Group outer = Version2Group.Create();
        using Version2Group target = outer.CreateBelow();
        using PidfdProcessHandle child = GroupEntry.Start(outer.Group, target.Group, static _ => Sleep());
        GroupRemoval.Remove(target.Group, outer.Group);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(target.Group.Folder), Soon));
        Assert.EndsWith($"/{Path.GetFileName(outer.Group.Folder)}", GroupOf(child.Id), StringComparison.Ordinal);
        child.Send(Signal.Kill);
        await child.ExitTask.WaitAsync(Soon);
        child.WhileItIsThere(static _ => Assert.Fail("It is not there any more."));
    }

    [Fact]
    public void Without_a_controller_of_memory_a_delegated_group_is_of_no_use()
    {
        using Version2Group outer = Version2Group.Create();
        using Version2Group inner = outer.CreateBelow();
        Assert.Equal(0, SetAttribute(outer.Group.Folder, "user.delegate", [(byte)'1'], 1, 0));
        Assert.SkipWhen(File.ReadAllText(outer.Group.File("cgroup.controllers")).Contains("memory", StringComparison.Ordinal), "It has one here.");
        Assert.Null(WorkerGroup.TryCreate(1 << 30, inner.Group));
        Assert.Equal([inner.Group.Folder], Directory.GetDirectories(outer.Group.Folder));
    }

    private static PidfdProcessHandle Sleep() => (PidfdProcessHandle)Kernel.Spawner.Spawn(
        new SpawnRequest { File = "/bin/sleep", Arguments = ["sleep", "60"], Environment = [], Descriptors = [null, null, null] });

    private static string GroupOf(int process) => File.ReadAllLines($"/proc/{process}/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, byte[] value, nint size, int flags);

    /// <summary>A group of version 2 without a limit, also where memory is counted by version 1.</summary>
    private sealed class Version2Group(ControlGroup group) : IDisposable
    {
        public ControlGroup Group => group;

        public static Version2Group Create()
        {
            string[] groups = [.. File.ReadAllLines("/proc/self/cgroup").Where(static line => line.StartsWith("0::", StringComparison.Ordinal))];
            if (ControlGroup.Find(groups, File.ReadAllLines("/proc/self/mountinfo")) is not { } own)
            {
                Assert.Skip("Control groups of version 2 are not mounted here.");
                throw new InvalidOperationException();
            }
            return new Version2Group(own).CreateBelow();
        }

        public Version2Group CreateBelow()
        {
            var made = new Version2Group(group with { Folder = group.File(GroupResources.OfTests + GroupName.Next()) });
            try
            {
                Directory.CreateDirectory(made.Group.Folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Assert.Skip($"No control group of version 2 can be made here ({e.Message}).");
            }
            return made;
        }

        public void Dispose()
        {
            if (Directory.Exists(group.Folder))
            {
                Directory.Delete(group.Folder);
            }
        }
    }
}
