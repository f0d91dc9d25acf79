namespace Multiprocessing.Messaging.Queues;

/// <summary>The bytes of a queue: docs/protocol.md, "Queues". All offsets from the beginning of its block.</summary>
internal static class QueueLayout
{
    // Written once.
    public const int Cells = 0;
    public const int Capacity = 4;
    public const int Flags = 8;
    public const int MaxBytes = 16;

    /// <summary>Items stay leased until they are done.</summary>
    public const int TracksCompletion = 1;

    // A line for those who put, one for those who take.
    public const int Tail = 64;
    public const int ItemsPut = 72;
    public const int BytesPut = 80;
    public const int Head = 128;
    public const int ItemsTaken = 136;
    public const int BytesTaken = 144;

    /// <summary>The epoch of deaths up to which cells of the dead have been looked for (4 bytes), and how often one was given back (4).</summary>
    public const int Reclaimed = 192;

    /// <summary>The epoch of deaths up to which stores of the dead have been looked for.</summary>
    public const int StoresReclaimed = 200;

    // Signals: see QueueSignal.
    public const int ItemSignal = 256;
    public const int RoomSignal = 384;
    public const int IdleSignal = 512;

    // Stores: see RingStores.
    public const int FirstStore = 640;
    public const int Stores = 64;
    public const int StoreSize = 64;

    /// <summary>In the entry of a store, after its state: not 0 if it has memory.</summary>
    public const int StoreIsMade = 8;

    /// <summary>How others find the memory.</summary>
    public const int StoreToken = 16;

    public const int FirstCell = FirstStore + (Stores * StoreSize);

    public const int CellSize = 64;

    // In a cell. What follows the state belongs to the first cell of an item; the others have payload there.
    public const int State = 0;
    public const int Span = 8;
    public const int Length = 12;
    public const int Index = 16;

    /// <summary>The bytes of all items up to this one, with those that lie elsewhere.</summary>
    public const int BytesAfter = 24;
    public const int Payload = 32;
    public const int MorePayload = 8;
    public const int PayloadInFirst = CellSize - Payload;
    public const int PayloadInMore = CellSize - MorePayload;

    /// <summary>The length of an item whose producer died before it was whole.</summary>
    public const int Skipped = -1;

    /// <summary>How many cells an item of so many bytes takes.</summary>
    public static int SpanFor(int length) =>
        length <= PayloadInFirst ? 1 : 1 + ((length - PayloadInFirst + PayloadInMore - 1) / PayloadInMore);

    public static long SizeFor(int cells) => FirstCell + ((long)cells * CellSize);
}
