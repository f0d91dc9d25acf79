using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Messaging.Connections;

/// <summary>The bytes of a pipe: docs/protocol.md, "Pipes".</summary>
internal static class PipeLayout
{
    public const int Flags = 0;

    /// <summary>Both ends send; otherwise only the second one.</summary>
    public const int IsDuplex = 1;

    // Who has each end.
    public const int Ends = 64;
    public const int EndSize = 16 * 1024;
    public const int UsedHolders = 0;
    public const int UsedJourneys = 4;
    public const int Changes = 8;
    public const int Holders = 64;
    public const int Journeys = Holders + (8 * Places);
    public const int Places = 1000;

    public const int FirstRing = Ends + (2 * EndSize);

    /// <summary>Cells of each direction: 256 KiB, of which only the pages that were used cost anything.</summary>
    public const int Cells = 4096;
    public const int Capacity = 1 << 30;
    public const long MaxBytes = 64 << 20;

    public static long RingOffset(int end) => FirstRing + (end * QueueLayout.SizeFor(Cells));

    public static long Size => FirstRing + (2 * QueueLayout.SizeFor(Cells));
}
