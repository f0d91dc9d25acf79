namespace Multiprocessing.Memory;

/// <summary>
/// Names one process of the tree for ever: the slot that it has in the participant table, and the how-manieth it is in that slot.
/// Never given out twice in the life of a tree, so a stale one is never taken for a living process, unlike a process id.
/// </summary>
/// <remarks>
/// 30 bits, so that it fits into a futex word: slot in bits 0 to 12, generation (from 1) in bits 13 to 29. Bits 30 and 31 are always 0
/// and free for the object that keeps it. A slot whose generations are used up is given out no more; that is after 2^30 processes.
/// </remarks>
internal readonly record struct OwnerId(uint Value)
{
    public const int SlotBits = 13;
    public const int GenerationBits = 17;

    /// <summary>The bits that an owner id can have.</summary>
    public const uint Mask = (1u << (SlotBits + GenerationBits)) - 1;

    /// <summary>Nobody.</summary>
    public static OwnerId None => default;

    public int Slot => (int)(Value & ((1u << SlotBits) - 1));

    public uint Generation => (Value & Mask) >> SlotBits;

    public static OwnerId Of(int slot, uint generation) => new((generation << SlotBits) | (uint)slot);

    public override string ToString() => $"{Slot}.{Generation}";
}
