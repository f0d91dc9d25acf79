namespace Compare.Messaging;

/// <summary>What goes through the queues besides numbers.</summary>
internal static class QueueItems
{
    internal const int NumbersInBatch = 1000;
    internal const int RecordsInBatch = 100;
    internal const int ArraysInBatch = 8;

    /// <summary>About 1 KiB.</summary>
    internal static Reading NewRecord(int number) => new(number, 0.5 + number, "sensor 7", new byte[960]);

    internal static byte[] NewArray(int number)
    {
        var array = new byte[1 << 20];
        array.AsSpan().Fill((byte)number);
        return array;
    }
}

internal sealed record Reading(int Number, double Time, string Source, byte[] Samples);
