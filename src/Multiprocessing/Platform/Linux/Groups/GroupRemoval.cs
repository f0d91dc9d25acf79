using System.Diagnostics;
using System.Globalization;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// Removes the folders of control groups. The kernel refuses as long as somebody is inside, so what does not go at once is tried again while
/// processes may still be dying; what is left then goes when somebody calls <see cref="RemoveLeftovers"/>.
/// </summary>
internal static class GroupRemoval
{
    private const int Attempts = 9;
    private static readonly long FirstDelay = Stopwatch.Frequency / 100;

    /// <summary>Removes a group of this process. What still runs in it, such as a program that a task started, goes on in the group above.</summary>
    public static void Remove(ControlGroup group, ControlGroup home)
    {
        if (!TryRemove(group.Folder))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    Evacuate(group, home);
                    RemoveSoon(group.Folder, 0);
                },
                null);
        }
    }

    /// <summary>Removes what processes that are no more, because they were killed, have left here.</summary>
    public static void RemoveLeftovers(ControlGroup home)
    {
        foreach (string folder in FoldersIn(home.Folder))
        {
            if (GroupName.TryParse(Path.GetFileName(folder), out GroupName name) && name.IsOfDead)
            {
                RemoveSoon(folder, 0);
            }
        }
    }

    private static string[] FoldersIn(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder, GroupName.Prefix + "*");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // Not there, or not for us to see: then there is nothing of ours in it.
        }
    }

    private static void RemoveSoon(string folder, int attempt)
    {
        if (!TryRemove(folder) && attempt < Attempts)
        {
            Kernel.EventLoop.At(Stopwatch.GetTimestamp() + (FirstDelay << attempt), () => RemoveSoon(folder, attempt + 1));
        }
    }

    /// <summary>False if somebody is inside.</summary>
    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return true; // Somebody else has removed it, or must.
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Evacuate(ControlGroup group, ControlGroup home)
    {
        foreach (string line in GroupFiles.ReadLines(group.File("cgroup.procs")))
        {
            // Our own thread that starts processes may be on its way out. 0: somebody of whom we see no more than that.
            if (int.TryParse(line, CultureInfo.InvariantCulture, out int id) && id != 0 && id != Environment.ProcessId)
            {
                GroupEntry.TryMove(id, home);
            }
        }
    }
}
