namespace Multiprocessing.Synchronization;

/// <summary>Why a generation did not end well. Part of the layout.</summary>
internal enum BreakReason : byte
{
    None = 0,
    TimedOut = 1,
    Cancelled = 2,
    PartyDied = 3,
    ActionFailed = 4,
    Aborted = 5,

    /// <summary>Never in the state: what those are told whom a reset sends away.</summary>
    Reset = 6,
}

/// <summary>The eight bytes that say where a barrier stands: docs/protocol.md, "Barriers". They change in one atomic step.</summary>
internal readonly record struct BarrierState(ulong Bits)
{
    private const int ReasonBits = 4;
    private const int ResetBits = 28;
    private const uint ResetMask = (1u << ResetBits) - 1;

    public BarrierState(uint generation, uint resets, BreakReason reason)
        : this(((ulong)generation << (ReasonBits + ResetBits)) | ((ulong)(resets & ResetMask) << ReasonBits) | (byte)reason)
    {
    }

    /// <summary>From 1: 0 is what an unused place of the table has.</summary>
    public static BarrierState Initial => new(1, 0, BreakReason.None);

    /// <summary>Counts how often the parties were let go together, or were sent away by a reset.</summary>
    public uint Generation => (uint)(Bits >> (ReasonBits + ResetBits));

    /// <summary>Counts the generations that ended by a reset.</summary>
    public uint Resets => (uint)(Bits >> ReasonBits) & ResetMask;

    public BreakReason Reason => (BreakReason)(Bits & ((1 << ReasonBits) - 1));

    public bool IsBroken => Reason != BreakReason.None;

    public BarrierState WhenReleased() => new(Generation + 1, Resets, BreakReason.None);

    public BarrierState WhenBroken(BreakReason reason) => new(Generation, Resets, reason);

    public BarrierState WhenReset() => new(Generation + 1, Resets + 1, BreakReason.None);
}
