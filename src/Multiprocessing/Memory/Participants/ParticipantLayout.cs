namespace Multiprocessing.Memory;

/// <summary>
/// The bytes of the participant table: docs/protocol.md, "Participant table". Two memories, because only the root may write the
/// first: no wild write of a worker can make the living dead.
/// </summary>
internal static class ParticipantLayout
{
    public const int Slots = 1 << OwnerId.SlotBits;
    public const uint LastGeneration = (1u << OwnerId.GenerationBits) - 1;

    // The memory of lives, written by the root only.
    public const int Epoch = 0;
    public const int SlotsInUse = 4;
    public const int Lives = 64;
    public const int LifeSize = 16;
    public const int LifeOwner = 0;
    public const int LifeProcessId = 4;
    public const int LifeStartTime = 8;
    public const int LifeMemorySize = Lives + (Slots * LifeSize);

    /// <summary>Set in the owner word of a slot whose process has ended.</summary>
    public const uint Dead = 1u << 31;

    // The memory of wake words, written by everybody. A line of its own for each slot.
    public const int WakeSize = 64;
    public const int WakeWord = 0;
    public const int Interest = 4;
    public const int Broadcast = 8;
    public const int WakeMemorySize = Slots * WakeSize;
}
