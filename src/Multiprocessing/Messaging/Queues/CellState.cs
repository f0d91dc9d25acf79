using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// The state word of a cell: bits 0 to 29 the process that has it, 30 and 31 what it does with it, 32 to 63 the lap: how often the ring
/// has been gone round, so that a word of an earlier lap equals none of this one.
/// </summary>
internal readonly record struct CellState(ulong Word)
{
    private const int PhaseShift = 30;
    private const int LapShift = 32;
    private const uint EndMark = 1;

    public CellPhase Phase => (CellPhase)((uint)Word >> PhaseShift);

    public OwnerId Owner => new((uint)Word & OwnerId.Mask);

    public uint Lap => (uint)(Word >> LapShift);

    /// <summary>Nothing comes after this: the queue was completed here.</summary>
    public bool IsEnd => Phase == CellPhase.Ready && Owner.Value == EndMark;

    public static CellState Free(uint lap) => new((ulong)lap << LapShift);

    public static CellState Ready(uint lap) => Of(CellPhase.Ready, OwnerId.None, lap);

    public static CellState End(uint lap) => Of(CellPhase.Ready, new OwnerId(EndMark), lap);

    public static CellState Writing(OwnerId owner, uint lap) => Of(CellPhase.Writing, owner, lap);

    public static CellState Taken(OwnerId owner, uint lap) => Of(CellPhase.Taken, owner, lap);

    private static CellState Of(CellPhase phase, OwnerId owner, uint lap) =>
        new(((ulong)lap << LapShift) | ((uint)phase << PhaseShift) | owner.Value);
}

/// <summary>What becomes of a cell, in this order.</summary>
internal enum CellPhase
{
    /// <summary>Nobody has it; or it is one of the further cells of an item, whose first cell says what goes on.</summary>
    Free,

    /// <summary>Its owner puts an item into it.</summary>
    Writing,

    /// <summary>An item is there; or the end.</summary>
    Ready,

    /// <summary>Its owner takes the item out, or has it on lease.</summary>
    Taken,
}
