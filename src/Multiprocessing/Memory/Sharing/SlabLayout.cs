namespace Multiprocessing.Memory;

/// <summary>The bytes of a slab segment: docs/protocol.md, "Shared blocks". All zero but for the first three fields is a valid, empty slab.</summary>
internal static class SlabLayout
{
    public const uint Magic = 0x424C534D; // "MSLB"
    public const int MagicOffset = 0;
    public const int BlockSize = 4;
    public const int Blocks = 8;
    public const int Creator = 12;

    /// <summary>The hold table: who each row belongs to, and the bits of each row.</summary>
    public const int RowOwners = 64;
    public const int Rows = 128;
    public const int MaxBlocks = 1024;
    public const int RowWords = MaxBlocks / 64;

    /// <summary>What is known of each block.</summary>
    public const int Entries = 1024;
    public const int EntrySize = 16;
    public const int EntryState = 0;
    public const int EntryKind = 4;
    public const int EntryLength = 8;
    public const int EntryTransit = 12;

    public const int Bitmaps = Entries + (MaxBlocks * EntrySize);
    public const int Data = Bitmaps + (Rows * MaxBlocks / 8);

    /// <summary>In a state word: the creator looks whether the block can be used again.</summary>
    public const uint Freeing = 1u << 31;

    /// <summary>In a state word: somebody holds it who found no free row, so it is never used again.</summary>
    public const uint Pinned = 1u << 30;

    /// <summary>In a state word: counts how often the block was used again.</summary>
    public const uint Generation = Pinned - 1;
}
