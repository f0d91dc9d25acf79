using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// Starts a child in another control group than this process's. In version 1 a thread can be in another group than its process, and its
/// children are born there. To go there and back itself costs it some microseconds; to move a process, the kernel waits some 10 ms for all
/// processors, which in version 2 is the only way. The memory of a process belongs to the group where its main thread is.
/// </summary>
internal static class GroupEntry
{
    /// <summary>On the thread that starts children.</summary>
    /// <param name="own">Where this process is.</param>
    /// <param name="target">Where the child shall be.</param>
    /// <param name="start">Starts it; is told whether the target was entered, as far as that is known before.</param>
    public static PidfdProcessHandle Start(ControlGroup own, ControlGroup target, Func<bool, PidfdProcessHandle> start)
    {
        if (target.IsUnified)
        {
            PidfdProcessHandle child = start(true);
            child.WhileItIsThere(id => TryMove(id, target));
            return child;
        }

        // The way back first: who may not go it must not leave.
        return TryWrite(own.File("tasks"), 0) && TryWrite(target.File("tasks"), 0) ? StartInside(own, start) : start(false);
    }

    public static bool TryMove(int process, ControlGroup target) => TryWrite(target.File("cgroup.procs"), process);

    [SuppressMessage("Usage", "CA2219", Justification = "Nobody may go on who is where he does not belong.")]
    private static PidfdProcessHandle StartInside(ControlGroup own, Func<bool, PidfdProcessHandle> start)
    {
        PidfdProcessHandle? child = null;
        try
        {
            return child = start(true);
        }
        finally
        {
            if (!TryWrite(own.File("tasks"), 0))
            {
                child?.Send(Signal.Kill);
                throw new InvalidOperationException("The thread that starts processes cannot get back into its own control group.");
            }
        }
    }

    private static bool TryWrite(string file, int id)
    {
        try
        {
            GroupFiles.Write(file, id);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MultiprocessingLog.ControlGroupsAreOfNoUse(e.Message); // Not there any more, or not for us to write.
            return false;
        }
    }
}
