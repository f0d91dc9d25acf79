using Multiprocessing;

namespace Compare.Synchronization;

/// <summary>
/// Processes killed while they own something that others wait for. Seconds from the report of the death (<c>Join</c> returns) until
/// somebody else goes on; 0 if that was before.
/// </summary>
internal static class DeadOwners
{
    /// <summary>The owner holds a lock that a thread of this process waits for.</summary>
    internal static double[] OfLock(int kills) => [.. Enumerable.Range(0, kills).Select(static _ => KillHolder())];

    /// <summary>
    /// The owner puts into a queue as fast as it can, so it mostly dies in the middle of that. Another process puts as well, this one takes.
    /// </summary>
    internal static double[] OfQueue(int kills)
    {
        using var queue = new ProcessQueue<bool>();
        using var other = new ChildProcess(() => PutForEver(queue, false));
        other.Start();
        var lateness = new double[kills];
        for (var i = 0; i < kills; i++)
        {
            using var owner = new ChildProcess(() => PutForEver(queue, true));
            owner.Start();
            while (!queue.Get())
            {
            }
            lateness[i] = Kill(owner, queue);
        }
        other.Kill();
        other.Join();
        return lateness;
    }

    private static double KillHolder()
    {
        using var mutex = new ProcessLock();
        using var isHeld = new ProcessEvent();
        using var waits = new ManualResetEventSlim();
        using var owner = new ChildProcess(() => HoldForEver(mutex, isHeld));
        owner.Start();
        isHeld.Wait();
        long got = 0;
        var waiter = new Thread(() =>
        {
            waits.Set();
            mutex.Acquire();
            got = Stopwatch.GetTimestamp();
            mutex.Release();
        });
        waiter.Start();
        waits.Wait();
        owner.Kill();
        owner.Join();
        var reported = Stopwatch.GetTimestamp();
        waiter.Join();
        return SecondsAfter(reported, got);
    }

    /// <summary>Takes until the death is reported, and one item more.</summary>
    private static double Kill(ChildProcess owner, ProcessQueue<bool> queue)
    {
        long reported = 0;
        var witness = new Thread(() =>
        {
            owner.Kill();
            owner.Join();
            Volatile.Write(ref reported, Stopwatch.GetTimestamp());
        });
        witness.Start();
        while (Volatile.Read(ref reported) == 0)
        {
            queue.Get();
        }
        var got = Stopwatch.GetTimestamp();
        witness.Join();
        return SecondsAfter(reported, got);
    }

    private static double SecondsAfter(long reported, long then) => Math.Max(0, then - reported) / (double)Stopwatch.Frequency;

    private static void HoldForEver(ProcessLock mutex, ProcessEvent isHeld)
    {
        mutex.Acquire();
        isHeld.Set();
        Thread.CurrentThread.Join(); // For ever.
    }

    private static void PutForEver(ProcessQueue<bool> queue, bool item)
    {
        while (true)
        {
            queue.Put(item);
        }
    }
}
