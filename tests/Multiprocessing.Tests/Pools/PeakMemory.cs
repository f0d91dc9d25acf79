using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Pools;

internal static class PeakMemory
{
    /// <summary>The peak of a dead worker; the kernel does not tell one below that of this process, which grows with every test.</summary>
    public static void AssertInRange(WorkerDiedException died, long least, long most)
    {
        if (died.PeakMemory is { } peak)
        {
            Assert.InRange(peak, least, most);
        }
        else
        {
            Assert.InRange(ResourceUsage.OwnPeakResidentBytes, least, long.MaxValue);
        }
    }
}
