namespace Multiprocessing.Tests.Memory.Sharing;

/// <summary>What other processes do with shared objects.</summary>
internal static class SharingTargets
{
    private static readonly List<SharedProbe> Kept = [];

    public static SharedProbe Add(SharedProbe probe)
    {
        probe.Add(0, 1);
        return probe;
    }

    public static long Keep(SharedProbe probe)
    {
        Kept.Add(probe);
        return probe.Add(0, 1);
    }

    public static long SumOfKept() => Kept.Sum(static probe => probe[0]);

    public static int LetGo()
    {
        int count = Kept.Count;
        Kept.Clear();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return count;
    }

    public static SharedProbe Make(long bytes)
    {
        var probe = new SharedProbe(bytes);
        probe[1] = 42;
        return probe;
    }
}
