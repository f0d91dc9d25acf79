using Multiprocessing.Platform;

namespace Compare.Pools;

/// <summary>What the workers run; the same as the peers' <c>cpython_tasks.py</c>.</summary>
internal static class PoolTasks
{
    internal static int Increment(int x) => x + 1;

    internal static int Length(byte[] data) => data.Length;

    internal static int Millisecond(int item) => Limits.ParallelFor.Spin(item);

    internal static int SpinForever(int item)
    {
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

    internal static int KillYourself(int signal)
    {
        Kernel.Lifetime.DieBySignal(signal);
        return signal;
    }
}
