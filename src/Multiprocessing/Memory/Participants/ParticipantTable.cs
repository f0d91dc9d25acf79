using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// Who lives in the tree, as each process that takes part sees it, and the word by which each of them is woken. Thread-safe.
/// </summary>
internal sealed unsafe class ParticipantTable : IDisposable
{
    private readonly MemoryMapping _lives;
    private readonly MemoryMapping _wakes;
    private readonly byte* _life;
    private readonly byte* _wake;

    /// <param name="lives">Mapped writable by the root only.</param>
    /// <param name="wakes">Mapped writable.</param>
    public ParticipantTable(MemoryMapping lives, MemoryMapping wakes)
    {
        _lives = lives;
        _wakes = wakes;
        _life = lives.Pointer;
        _wake = wakes.Pointer;
    }

    /// <summary>
    /// Counts the deaths. Read it, then look whether an owner lives, then go to sleep with the value read: the sleep then ends
    /// if any participant dies after the look.
    /// </summary>
    public uint Epoch => Volatile.Read(ref *(uint*)(_life + ParticipantLayout.Epoch));

    /// <summary>Slots from here on were never used.</summary>
    public int SlotsInUse => Volatile.Read(ref *(int*)(_life + ParticipantLayout.SlotsInUse));

    /// <summary>
    /// Whether that process lives, as far as the root has noticed: a process that is dead by this never writes to shared memory
    /// again. Two loads. False for <see cref="OwnerId.None"/>.
    /// </summary>
    public bool IsAlive(OwnerId owner) => owner != OwnerId.None && OwnerIn(owner.Slot) == owner.Value;

    /// <summary>The process id, for messages; 0 if the process is dead.</summary>
    public int ProcessIdOf(OwnerId owner)
    {
        int processId = Volatile.Read(ref *(int*)(LifeOf(owner.Slot) + ParticipantLayout.LifeProcessId));

        // In this order: the root writes the id before the owner word of the slot's next process.
        return IsAlive(owner) ? processId : 0;
    }

    /// <summary>The owner word of a slot: the living one's id; with <see cref="ParticipantLayout.Dead"/> the last dead one's.</summary>
    public uint OwnerIn(int slot) => Volatile.Read(ref *(uint*)(LifeOf(slot) + ParticipantLayout.LifeOwner));

    /// <summary>The word on which the wake thread of the slot's process sleeps.</summary>
    public int* WakeWordOf(int slot) => (int*)(_wake + ((long)slot * ParticipantLayout.WakeSize) + ParticipantLayout.WakeWord);

    /// <summary>Not 0: the slot's process has waiters that a death may concern.</summary>
    public int* InterestOf(int slot) => (int*)(_wake + ((long)slot * ParticipantLayout.WakeSize) + ParticipantLayout.Interest);

    /// <summary>Not 0: wake also the waiters that found no room in a waiter cell.</summary>
    public int* BroadcastTo(int slot) => (int*)(_wake + ((long)slot * ParticipantLayout.WakeSize) + ParticipantLayout.Broadcast);

    /// <summary>Wakes the wake thread of the slot's process; at worst, if that is another process by now, for nothing.</summary>
    public void Ring(int slot)
    {
        int* word = WakeWordOf(slot);
        Interlocked.Increment(ref *word);
        Kernel.WaitWake.Wake(word, 1);
    }

    public void Dispose()
    {
        _lives.Dispose();
        _wakes.Dispose();
    }

    private byte* LifeOf(int slot) => _life + ParticipantLayout.Lives + ((long)slot * ParticipantLayout.LifeSize);
}
