namespace Multiprocessing.Platform.Linux;

/// <summary>
/// This process, if it has a control group of its own with a limit. The kernel counts shared memory for whoever writes it first, and
/// so for this process, but the limit is not meant for that: so there is made room for all that is mapped.
/// </summary>
internal static class LimitedProcess
{
    private static readonly Lock Gate = new();
    private static long Limit;
    private static long Given;
    private static long Mapped;
    private static ControlGroup? Found;

    /// <summary>That group; null if there is none.</summary>
    public static ControlGroup? Group
    {
        get
        {
            if (Volatile.Read(ref Limit) == 0)
            {
                return null;
            }

            lock (Gate)
            {
                return FindGroup();
            }
        }
    }

    /// <summary>Tells that this process was started with a limit. The group is looked for when it is first needed.</summary>
    public static void Begin(long limit) => Volatile.Write(ref Limit, limit);

    /// <summary>Shared memory is about to be mapped for writing.</summary>
    public static void AddMapping(long bytes)
    {
        Interlocked.Add(ref Mapped, bytes);
        if (Volatile.Read(ref Limit) != 0)
        {
            MakeRoom();
        }
    }

    public static void RemoveMapping(long bytes) => Interlocked.Add(ref Mapped, -bytes);

    /// <summary>
    /// For what is there already, mapped or not any more, and for what is mapped and not there yet. What is both is counted twice: too much
    /// room is better than too little. It is never taken back, because the kernel would not always allow that.
    /// </summary>
    private static void MakeRoom()
    {
        lock (Gate)
        {
            if (FindGroup() is not { } group)
            {
                return;
            }

            long there = GroupFiles.ReadNumber(group.File("memory.stat"), "shmem");
            long needed = WorkerGroup.LimitOf(Limit) + there + Volatile.Read(ref Mapped);
            if (needed > Given)
            {
                Raise(group, needed);
            }
        }
    }

    private static void Raise(ControlGroup group, long limit)
    {
        try
        {
            WorkerGroup.Raise(group, limit);
            Given = limit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MultiprocessingLog.ControlGroupsAreOfNoUse(e.Message); // Somebody has taken our rights. The memory may be used, as far as it goes.
        }
    }

    private static ControlGroup? FindGroup()
    {
        if (Found is null && Limit != 0)
        {
            Found = ControlGroup.OfThisProcess() is { } own && GroupName.TryParse(Path.GetFileName(own.Folder), out _) ? own : null;
            Given = WorkerGroup.LimitOf(Limit);
            Limit = Found is null ? 0 : Limit; // 0: the kernel does not limit it, so there is nothing to do.
        }

        return Found;
    }
}
