using System.Globalization;
using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// Niceness and affinity belong to threads on Linux, and a new thread takes over its creator's; so a process that runs already
/// changes all of its threads (getpriority(2), sched_setaffinity(2)).
/// </summary>
internal sealed unsafe partial class LinuxScheduling : Scheduling
{
    private const int OneThread = 0; // PRIO_PROCESS, which means a thread
    private const int ThisThread = 0;
    private const int LongestMask = 1024; // 8,192 processors

    public override int Niceness => GetPriority(OneThread, Environment.ProcessId);

    public override byte[] Affinity => AffinityOf(Environment.ProcessId);

    public override void SetNiceness(int niceness) =>
        ForEachThread(thread => Errno.Check(SetPriority(OneThread, thread, niceness), "setpriority"));

    public override void SetAffinity(ReadOnlySpan<byte> mask)
    {
        byte[] copy = mask.ToArray();
        ForEachThread(thread =>
        {
            fixed (byte* pointer = copy)
            {
                Errno.Check(SetAffinity(thread, copy.Length, pointer), "sched_setaffinity");
            }
        });
    }

    public override bool CanHaveNiceness(int niceness)
    {
        bool can = false;
        OnThreadOfItsOwn(() => can = SetPriority(OneThread, ThisThread, niceness) == 0);
        return can;
    }

    public override byte[] FindUsable(byte[] mask)
    {
        byte[] usable = [];
        OnThreadOfItsOwn(() =>
        {
            fixed (byte* pointer = mask)
            {
                // The kernel takes those of the mask that there are, and refuses if that is none.
                if (SetAffinity(ThisThread, mask.Length, pointer) == 0)
                {
                    usable = AffinityOf(ThisThread);
                }
            }
        });
        return usable;
    }

    private static byte[] AffinityOf(int thread)
    {
        byte* mask = stackalloc byte[LongestMask];
        int length = GetAffinity(thread, LongestMask, mask);
        Errno.Check(length, "sched_getaffinity");
        int used = new ReadOnlySpan<byte>(mask, LongestMask).LastIndexOfAnyExcept((byte)0) + 1;
        return new ReadOnlySpan<byte>(mask, used).ToArray();
    }

    private static void OnThreadOfItsOwn(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true, Name = "mp-probe" };
        thread.UnsafeStart();
        thread.Join();
    }

    // Twice, because a thread may start another one between its listing and its change.
    private static void ForEachThread(Action<int> change)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
            {
                change(int.Parse(Path.GetFileName(task.AsSpan()), CultureInfo.InvariantCulture));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority", SetLastError = true)]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nint size, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, byte* mask);
}
