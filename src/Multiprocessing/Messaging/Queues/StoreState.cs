using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// The state word of a store: bits 0 to 29 the process that has it, 30 and 31 the phase, 32 to 63 how often it was used before, so that a
/// reference to an earlier use leads nowhere.
/// </summary>
internal readonly record struct StoreState(ulong Word)
{
    private const int PhaseShift = 30;
    private const int GenerationShift = 32;

    public StorePhase Phase => (StorePhase)((uint)Word >> PhaseShift);

    public OwnerId Owner => new((uint)Word & OwnerId.Mask);

    public uint Generation => (uint)(Word >> GenerationShift);

    public static StoreState Of(StorePhase phase, OwnerId owner, uint generation) =>
        new(((ulong)generation << GenerationShift) | ((uint)phase << PhaseShift) | owner.Value);

    /// <summary>Nobody's, for the next use.</summary>
    public StoreState Freed(bool isMade) => Of(isMade ? StorePhase.Free : StorePhase.Empty, OwnerId.None, Generation + 1);

    public StoreState OwnedBy(OwnerId owner) => Of(StorePhase.Owned, owner, Generation);
}

internal enum StorePhase
{
    /// <summary>It has no memory yet.</summary>
    Empty,

    /// <summary>It has memory that nobody uses.</summary>
    Free,

    /// <summary>
    /// Its owner fills it, or has put an item that refers to it, or has taken that item. If the owner is dead it belongs to the item, if
    /// there is one.
    /// </summary>
    Owned,
}
