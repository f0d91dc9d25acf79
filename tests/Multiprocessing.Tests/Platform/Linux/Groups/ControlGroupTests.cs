using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Platform.Linux.Groups;

/// <summary>Where the files of a process's group are, by what the kernel says in different surroundings.</summary>
public sealed class ControlGroupTests
{
    private const string MemoryV1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,nosuid,relatime shared:15 - cgroup cgroup rw,memory";
    private const string PidsV1 = "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime shared:16 - cgroup cgroup rw,pids";
    private const string Root = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw";

    [Fact]
    public void Version_1_is_where_the_memory_controller_is_mounted() =>
        Check("/sys/fs/cgroup/memory/user.slice/session", isUnified: false,
            groups: ["8:pids:/elsewhere", "4:memory:/user.slice/session", "1:name=systemd:/user.slice"],
            mounts: [Root, PidsV1, MemoryV1]);

    [Fact]
    public void Version_1_may_have_several_controllers_in_one_mount() =>
        Check("/cgroup/all/a", isUnified: false,
            groups: ["2:cpu,cpuacct,memory:/a"],
            mounts: [Root, "35 31 0:32 / /cgroup/all rw - cgroup none rw,cpu,cpuacct,memory"]);

    [Fact]
    public void Version_2_is_the_only_mount() =>
        Check("/sys/fs/cgroup/user.slice/user-1000.slice/app.scope", isUnified: true,
            groups: ["0::/user.slice/user-1000.slice/app.scope"],
            mounts: [Root, "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot"]);

    [Fact]
    public void In_a_hybrid_the_memory_is_where_its_controller_is() =>
        Check("/sys/fs/cgroup/memory/job", isUnified: false,
            groups: ["4:memory:/job", "1:cpu:/", "0::/system.slice"],
            mounts: [Root, MemoryV1, "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"]);

    [Fact]
    public void In_a_hybrid_without_memory_in_version_1_it_is_in_version_2() =>
        Check("/sys/fs/cgroup/unified/system.slice", isUnified: true,
            groups: ["8:pids:/job", "0::/system.slice"],
            mounts: [Root, PidsV1, "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"]);

    [Theory]
    [InlineData("/docker/4f3a", "/docker/4f3a", "/sys/fs/cgroup/memory")]
    [InlineData("/docker/4f3a", "/docker/4f3a/inner/most", "/sys/fs/cgroup/memory/inner/most")]
    [InlineData("/", "/inner", "/sys/fs/cgroup/memory/inner")]
    [InlineData("/", "/", "/sys/fs/cgroup/memory")]
    public void In_a_container_the_mount_shows_its_part_of_the_hierarchy(string root, string path, string folder) =>
        Check(folder, isUnified: false,
            groups: [$"4:memory:{path}"],
            mounts: [Root, $"35 31 0:32 {root} /sys/fs/cgroup/memory ro,nosuid master:15 - cgroup cgroup rw,memory"]);

    [Theory]
    [InlineData("/docker/4f3a", "/docker/4f3abc")]
    [InlineData("/docker/4f3a", "/docker")]
    [InlineData("/docker/4f3a", "/other")]
    [InlineData("/", "/../sibling")]
    public void A_group_outside_of_what_is_mounted_has_no_files(string root, string path) =>
        Assert.Null(ControlGroup.Find([$"0::{path}"], [$"30 23 0:26 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw"]));

    [Fact]
    public void Of_several_mounts_that_one_counts_which_shows_the_group() =>
        Check("/second/deep", isUnified: true,
            groups: ["0::/a/b/deep"],
            mounts:
            [
                "30 23 0:26 /a/c /first rw - cgroup2 cgroup2 rw",
                "31 23 0:26 /a/b /second rw - cgroup2 cgroup2 rw",
            ]);

    [Fact]
    public void Blanks_and_backslashes_in_paths_are_understood() =>
        Check("/my groups/a b\\c/x", isUnified: true,
            groups: ["0::/in a b/x"],
            mounts: [@"30 23 0:26 /in\040a\040b /my\040groups/a\040b\134c rw - cgroup2 cgroup2 rw"]);

    [Fact]
    public void A_path_with_colons_is_a_path() =>
        Check("/g/a:b", isUnified: true, groups: ["0::/a:b"], mounts: ["30 23 0:26 / /g rw - cgroup2 cgroup2 rw"]);

    [Theory]
    [InlineData("4:memory:/job")]
    [InlineData("0::/job")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Without_a_mount_there_are_no_files(string group) => Assert.Null(ControlGroup.Find([group], [Root, PidsV1, "short line", ""]));

    [Fact]
    public void Lines_with_optional_fields_and_without_are_understood() =>
        Check("/g/x", isUnified: true,
            groups: ["0::/x"],
            mounts: ["30 23 0:26 / /g rw shared:1 master:2 propagate_from:3 unbindable - cgroup2 none rw"]);

    [Fact]
    public void This_process_is_where_the_kernel_lists_it()
    {
        if (ControlGroup.OfThisProcess() is { } own)
        {
            Assert.Contains($"{Environment.ProcessId}", File.ReadAllLines(own.File("cgroup.procs")));
        }
    }

    [Fact]
    public void A_name_says_who_made_the_group()
    {
        GroupName name = GroupName.Next();
        Assert.Equal(Environment.ProcessId, name.Creator);
        Assert.False(name.IsOfDead);
        Assert.True(GroupName.TryParse(name.ToString(), out GroupName parsed));
        Assert.Equal(name, parsed);
        Assert.True((name with { CreatorStart = name.CreatorStart - 1 }).IsOfDead);
        Assert.NotEqual(name, GroupName.Next());
    }

    [Theory]
    [InlineData("multiprocessing-1-2")]
    [InlineData("multiprocessing-1-2-3-4")]
    [InlineData("multiprocessing-1--3")]
    [InlineData("multiprocessing-a-2-3")]
    [InlineData("multiprocessing-99999999999-2-3")]
    [InlineData("system.slice")]
    [InlineData("")]
    public void Names_of_others_are_not_taken_for_ours(string folder) => Assert.False(GroupName.TryParse(folder, out _));

    private static void Check(string folder, bool isUnified, string[] groups, string[] mounts) =>
        Assert.Equal(new ControlGroup(folder, isUnified), ControlGroup.Find(groups, mounts));
}
