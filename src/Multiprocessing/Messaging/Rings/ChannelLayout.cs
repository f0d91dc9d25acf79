namespace Multiprocessing.Messaging.Rings;

/// <summary>Where everything is in the memory of a <see cref="Channel"/>; docs/protocol.md is the commented form of this table.</summary>
internal static class ChannelLayout
{
    public const int Magic = 0x3143504D; // "MPC1"

    public const int MagicOffset = 0;
    public const int CapacityOffset = 4;

    // One cache line each, so that the two sides do not take lines from each other without need.
    public const int RequestTail = 64;
    public const int RequestHead = 128;
    public const int RequestSleep = 192;
    public const int ResponseTail = 256;
    public const int ResponseHead = 320;
    public const int ResponseWaiter = 384;
    public const int Running = 448;
    public const int RunningSince = 456;
    public const int WorkerSpins = 464;
    public const int LastRun = 472;
    public const int ResponseRoom = 512;
    public const int RequestRoom = 576;
    public const int ReportTail = 832;
    public const int ReportHead = 896;
    public const int ReportsTaken = 960;
    public const int ReportsWanted = 964;
    public const int Segments = 1024;

    public const int HeaderSize = 4096;
    public const int DefaultCapacity = 256 * 1024;
    public const int MaxSegments = 64;

    /// <summary>Of the ring for reports, behind the other two.</summary>
    public const int ReportCapacity = 256 * 1024;

    public static long TotalSize(int capacity) => HeaderSize + (2L * capacity) + ReportCapacity;
}
