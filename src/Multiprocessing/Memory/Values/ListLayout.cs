namespace Multiprocessing.Memory;

/// <summary>The bytes of a list's block: docs/protocol.md, "Lists".</summary>
internal static class ListLayout
{
    public const int Count = 0;
    public const int Slots = 64;
    public const int SlotSize = 32;
    public const int State = 0;
    public const int Writer = 8;
    public const int Capacity = 12;
    public const int Offset = 16;

    /// <summary>A number of any type fits into every item.</summary>
    public const int LeastCapacity = 16;
    public const int GreatestCapacity = (1 << 27) - 1;

    /// <summary>Room for one of the two versions of an item.</summary>
    public static long Footprint(int capacity) => (capacity + 7L) & ~7L;
}

/// <summary>What an item is. Part of the layout, so numbers stay.</summary>
internal enum ListItemType
{
    Null = 0,
    Boolean = 1,
    Int64 = 2,
    Double = 3,
    Decimal = 4,
    String = 5,
    Bytes = 6,
}
