namespace Multiprocessing.Platform.Linux;

/// <summary>struct rusage of 64-bit Linux (getrusage(2)).</summary>
internal static unsafe class ResourceUsage
{
    public const int Size = 144;
    private const int PeakOffset = 32;
    private const int Self = 0;

    /// <summary>The most that this process had in RAM at a time, in bytes.</summary>
    public static long OwnPeakResidentBytes
    {
        get
        {
            byte* usage = stackalloc byte[Size];
            Errno.Check(Libc.GetResourceUsage(Self, usage), "getrusage");
            return PeakResidentBytes(usage);
        }
    }

    /// <summary>ru_maxrss, which is in KiB, in bytes.</summary>
    public static long PeakResidentBytes(byte* usage) => *(long*)(usage + PeakOffset) * 1024;
}
