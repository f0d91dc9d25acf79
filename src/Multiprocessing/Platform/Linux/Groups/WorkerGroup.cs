using System.Globalization;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// A control group for one child: the kernel kills what is in it, and nobody else, when it has more than its limit. The folder
/// goes when the child has ended.
/// </summary>
internal sealed class WorkerGroup
{
    private readonly ControlGroup _own;
    private readonly ControlGroup _home;
    private readonly ControlGroup _group;

    private WorkerGroup(ControlGroup own, ControlGroup home)
    {
        _own = own;
        _home = home;
        _group = home with { Folder = home.File(GroupName.Next().ToString()) };
    }

    /// <summary>
    /// The limit that the kernel is given: it also counts its own structures and the files that were read, not only the memory that a
    /// limit is meant for, and must not kill before that is exceeded.
    /// </summary>
    public static long LimitOf(long limit) => limit + (limit / 32) + (32L << 20);

    /// <summary>Makes a group; null, and once a word in the log, where that is not possible for us.</summary>
    public static WorkerGroup? TryCreate(long limit) => TryCreate(limit, ControlGroup.OfThisProcess());

    internal static WorkerGroup? TryCreate(long limit, ControlGroup? own)
    {
        if (own?.Home() is not { } home || !Directory.Exists(home.Folder))
        {
            MultiprocessingLog.ControlGroupsAreOfNoUse(own is null ? "it is in no control group for memory" : $"no group can be made below {own.Folder}");
            return null;
        }

        var made = new WorkerGroup(own, home);
        try
        {
            made.Create(LimitOf(limit));
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MultiprocessingLog.ControlGroupsAreOfNoUse(e.Message);
            made.Remove();
            return null;
        }
    }

    /// <summary>Starts a child in this group, or, if it cannot be entered, outside. On the thread that starts children.</summary>
    public PidfdProcessHandle Start(Func<WorkerGroup?, PidfdProcessHandle> start)
    {
        try
        {
            return GroupEntry.Start(_own, _group, entered => start(entered ? this : null));
        }
        catch
        {
            Remove();
            throw;
        }
    }

    /// <summary>To be called when the child was reaped.</summary>
    /// <param name="peak">The most that was counted for this group; 0 if the kernel does not say.</param>
    /// <returns>Whether the kernel has killed somebody in this group because memory ran out.</returns>
    public bool Close(out long peak)
    {
        bool ranOut = OutOfMemoryKills(_group) > 0;
        string[] most = GroupFiles.ReadLines(_group.File(_group.IsUnified ? "memory.peak" : "memory.max_usage_in_bytes"));
        peak = most is [var line] && long.TryParse(line, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
        Remove();
        return ranOut;
    }

    /// <summary>How many processes of a group, and of none below it, the kernel has killed because memory ran out.</summary>
    public static long OutOfMemoryKills(ControlGroup group) =>
        GroupFiles.ReadNumber(group.File(group.IsUnified ? "memory.events.local" : "memory.oom_control"), "oom_kill");

    /// <summary>Sets a limit that is not less than the one before.</summary>
    public static void Raise(ControlGroup group, long limit)
    {
        if (group.IsUnified)
        {
            GroupFiles.Write(group.File("memory.max"), limit);
            return;
        }

        // That of memory and swap together must never be less than that of memory.
        WriteIfThere(group, "memory.memsw.limit_in_bytes", limit);
        GroupFiles.Write(group.File("memory.limit_in_bytes"), limit);
    }

    private void Create(long limit)
    {
        if (_home.IsUnified && !GroupFiles.ReadLines(_home.File("cgroup.subtree_control")).Any(static line => line.Split(' ').Contains("memory")))
        {
            GroupFiles.Write(_home.File("cgroup.subtree_control"), "+memory");
        }

        Directory.CreateDirectory(_group.Folder);
        if (_group.IsUnified)
        {
            GroupFiles.Write(_group.File("memory.max"), limit);
            GroupFiles.Write(_group.File("memory.oom.group"), 1); // The worker and the programs that it has started.
            WriteIfThere(_group, "memory.swap.max", 0);
        }
        else
        {
            GroupFiles.Write(_group.File("memory.limit_in_bytes"), limit);
            WriteIfThere(_group, "memory.memsw.limit_in_bytes", limit);
        }
    }

    private static void WriteIfThere(ControlGroup group, string name, long value)
    {
        if (File.Exists(group.File(name)))
        {
            GroupFiles.Write(group.File(name), value);
        }
    }

    private void Remove() => GroupRemoval.Remove(_group, _home);
}
