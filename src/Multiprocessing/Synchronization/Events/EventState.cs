namespace Multiprocessing.Synchronization;

/// <summary>
/// The eight bytes of an event: docs/protocol.md, "Events". Everything that there is to know changes in one atomic step, so there is
/// nothing that a process could leave half done.
/// </summary>
internal readonly record struct EventState(ulong Bits)
{
    private const ulong SetBit = 1;
    private const ulong WaitedForBit = 1 << 1;
    private const int NudgeShift = 2;
    private const ulong NudgeMask = 0xFUL << NudgeShift;
    private const int CountShift = 6;
    private const ulong One = 1UL << CountShift;

    public bool IsSet => (Bits & SetBit) != 0;

    /// <summary>Somebody sleeps, or is about to: whoever sets the event has to wake.</summary>
    public bool IsWaitedFor => (Bits & WaitedForBit) != 0;

    /// <summary>How often it was set. By it a waiter sees that it was released even if the event was reset meanwhile.</summary>
    public ulong Count => Bits >> CountShift;

    /// <summary>The part that a thread sleeps on.</summary>
    public int Word => (int)Bits;

    public static EventState Initial(bool isSet) => new(isSet ? SetBit : 0);

    public EventState WhenSet() => new(((Bits + One) & ~WaitedForBit) | SetBit);

    public EventState WhenReset() => new(Bits & ~SetBit);

    public EventState WhenWaitedFor() => new(Bits | WaitedForBit);

    /// <summary>Different, but means the same: nobody goes to sleep on what was read before.</summary>
    public EventState WhenNudged() => new((Bits & ~NudgeMask) | ((Bits + (1UL << NudgeShift)) & NudgeMask));
}
