using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// Whether the kernel killed somebody of this process's control group for want of memory just now. The kernel counts them and does not say whom:
/// each kill explains one death that nobody else explains, for a moment.
/// </summary>
internal static class OutOfMemoryKills
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly Lock Gate = new();
    private static long Seen = Kernel.Memory.OutOfMemoryKills;
    private static long Unexplained;
    private static long SeenAt;

    /// <summary>
    /// Learns, in the background, how many there were before the first worker, and removes what was left of the limits of others.
    /// </summary>
    public static void Begin(bool removeLeftovers) => ThreadPool.UnsafeQueueUserWorkItem(
        static removeLeftovers =>
        {
            _ = Volatile.Read(ref Seen);
            if (removeLeftovers)
            {
                Kernel.Memory.RemoveLeftovers();
            }
        },
        removeLeftovers,
        preferLocal: false);

    public static bool HappenedJustNow()
    {
        lock (Gate)
        {
            long now = Kernel.Memory.OutOfMemoryKills;
            if (now > Seen)
            {
                Unexplained = now - Seen;
                Seen = now;
                SeenAt = Stopwatch.GetTimestamp();
            }

            if (Unexplained == 0 || Stopwatch.GetElapsedTime(SeenAt) > Moment)
            {
                return false;
            }

            Unexplained--;
            return true;
        }
    }
}
