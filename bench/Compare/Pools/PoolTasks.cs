using Multiprocessing.Platform;

namespace Compare.Pools;

/// <summary>What the workers run; the same as the peers' <c>cpython_tasks.py</c>.</summary>
internal static class PoolTasks
{
    internal static int Increment(int x) => x + 1;

    internal static int Length(byte[] data) => data.Length;

    internal static byte[] Same(byte[] data) => data;

    internal static int Spin(double seconds) => Limits.ParallelThreads.Spin(seconds);

    /// <summary>Never ends; in a worker only, which can be killed.</summary>
    internal static int SpinForever(int owner)
    {
        RefuseToRunIn(owner);
        var item = 0;
        while (Environment.TickCount64 > 0)
        {
            item++;
        }
        return item;
    }

    /// <summary>Stays long enough for every worker to get one of the tasks.</summary>
    internal static int ProcessId(int milliseconds)
    {
        using var never = new ManualResetEvent(initialState: false);
        never.WaitOne(milliseconds);
        return Environment.ProcessId;
    }

    /// <summary>Dies as if somebody had killed it.</summary>
    internal static int KillYourself(int owner)
    {
        const int kill = 9;
        RefuseToRunIn(owner);
        Kernel.Lifetime.DieBySignal(kill);
        return kill;
    }

    private static void RefuseToRunIn(int owner)
    {
        if (owner == Environment.ProcessId)
        {
            throw new InvalidOperationException("The pool's workers are not processes.");
        }
    }
}
