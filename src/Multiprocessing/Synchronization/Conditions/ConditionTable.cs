using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// The shared memory of a condition: which processes have how many waiters, and how many of them are notified. docs/protocol.md,
/// "Conditions". Every change is one atomic step; what a dead process was given goes on to another one.
/// </summary>
internal sealed unsafe partial class ConditionTable
{
    public const int Entries = 31;
    public const int Size = EntriesOffset + (Entries * EntrySize);

    private const int OverflowWordOffset = 0;
    private const int OverflowShownOffset = 4;
    private const int UsedOffset = 8;
    private const int CursorOffset = 12;
    private const int OverflowCellOffset = 64;
    private const int EntriesOffset = 128;

    private const int EntrySize = 128;
    private const int OwnerOffset = 0;
    private const int WordOffset = 4;
    private const int CountsOffset = 8;
    private const int CellOffset = 64;

    /// <summary>With the owner id: the entry is being cleared by that process.</summary>
    private const uint Clearing = 1u << 30;

    private readonly SharedBlock _block;
    private readonly byte* _memory;
    private readonly TreeMember _member;

    public ConditionTable(SharedBlock block, TreeMember member)
    {
        _block = block;
        _memory = block.Pointer;
        _member = member;
    }

    public SharedBlock Block => _block;

    public TreeMember Member => _member;

    /// <summary>The address by which this process knows the condition.</summary>
    public nint Address => (nint)_memory;

    /// <summary>The word on which waiters of an entry sleep; of entry -1: those of processes that found none.</summary>
    public int* Word(int entry) => (int*)(entry < 0 ? _memory + OverflowWordOffset : Entry(entry) + WordOffset);

    public WaiterCell* Cell(int entry) => (WaiterCell*)(entry < 0 ? _memory + OverflowCellOffset : Entry(entry) + CellOffset);

    public ConditionCounts Counts(int entry) => new(Volatile.Read(ref CountsRef(entry)));

    public bool TryChange(int entry, ConditionCounts seen, ConditionCounts next) =>
        Interlocked.CompareExchange(ref CountsRef(entry), next.Bits, seen.Bits) == seen.Bits;

    /// <summary>Takes an entry for this process.</summary>
    /// <returns>-1 if there is none.</returns>
    public int Claim()
    {
        for (int i = 0; i < Entries; i++)
        {
            uint owner = Volatile.Read(ref OwnerRef(i));
            bool claimed = owner == 0
                ? Interlocked.CompareExchange(ref OwnerRef(i), _member.Id.Value, 0) == 0
                : IsDead(owner) && Clear(i, owner, _member.Id.Value);
            if (claimed)
            {
                ShowUsed(i + 1);
                return i;
            }
        }

        return -1;
    }

    /// <summary>Gives back an entry without waiters.</summary>
    public void Release(int entry) => Interlocked.CompareExchange(ref OwnerRef(entry), 0, _member.Id.Value);

    /// <summary>Whether notifications wake those who found no entry. Set and cleared by the owner of the lock.</summary>
    public bool IsOverflowShown
    {
        get => Volatile.Read(ref *(int*)(_memory + OverflowShownOffset)) != 0;
        set => Interlocked.Exchange(ref *(int*)(_memory + OverflowShownOffset), value ? 1 : 0);
    }

    /// <summary>Makes those who sleep on the word of an entry look.</summary>
    public void Ring(int entry)
    {
        Interlocked.Increment(ref *Word(entry));
        _member.Waits.Wake(Word(entry), Cell(entry), int.MaxValue);
    }

    private int Used => Math.Min(Volatile.Read(ref *(int*)(_memory + UsedOffset)), Entries);

    private bool IsDead(uint owner) => owner != 0 && !_member.Table.IsAlive(new OwnerId(owner & OwnerId.Mask));

    private void ShowUsed(int count)
    {
        ref int used = ref *(int*)(_memory + UsedOffset);
        for (int seen = Volatile.Read(ref used); seen < count;)
        {
            int before = Interlocked.CompareExchange(ref used, count, seen);
            seen = before == seen ? count : before;
        }
    }

    private byte* Entry(int index) => _memory + EntriesOffset + (index * EntrySize);

    private ref uint OwnerRef(int index) => ref *(uint*)(Entry(index) + OwnerOffset);

    private ref ulong CountsRef(int index) => ref *(ulong*)(Entry(index) + CountsOffset);
}
