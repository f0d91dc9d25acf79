using System.Runtime.InteropServices;

namespace Multiprocessing.Memory;

/// <summary>
/// 64 bytes of shared memory beside a word that can be awaited: which processes have asynchronous waiters for it, and how many
/// wake-ups each of them has not taken note of yet. All zero is a valid, empty cell. docs/protocol.md, "Waiter cells".
/// </summary>
/// <remarks>
/// An entry is written into by its process (the id: set and cleared) and by wakers (the count only), always in one atomic step over
/// its 8 bytes. The entry of a dead process is free for whoever needs one.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct WaiterCell
{
    public const int Size = 64;
    public const int Entries = 7;

    private int _overflow;
    private fixed ulong _entries[Entries];

    /// <summary>Shows that a process has waiters.</summary>
    /// <returns>The index of its entry; -1 if there is no room: then the cell says that all are to be woken.</returns>
    public static int Enter(WaiterCell* cell, OwnerId self, ParticipantTable table)
    {
        for (int i = 0; i < Entries; i++)
        {
            ref ulong entry = ref cell->_entries[i];
            ulong seen = Volatile.Read(ref entry);

            // Wake-ups that a dead process left unread are not lost: its death wakes everybody.
            if (!table.IsAlive(new OwnerId((uint)seen)) && Interlocked.CompareExchange(ref entry, self.Value, seen) == seen)
            {
                return i;
            }
        }

        ShowOverflow(cell);
        return -1;
    }

    public static void ShowOverflow(WaiterCell* cell) => Interlocked.Exchange(ref cell->_overflow, 1);

    /// <summary>Takes back the entry.</summary>
    /// <returns>The wake-ups that came meanwhile, which the caller must pass on.</returns>
    public static int Leave(WaiterCell* cell, int index) => Count(Interlocked.Exchange(ref cell->_entries[index], 0));

    /// <summary>Takes the wake-ups of an entry, whose process stays in it.</summary>
    public static int Take(WaiterCell* cell, int index, OwnerId self)
    {
        ref ulong entry = ref cell->_entries[index];
        ulong seen = Volatile.Read(ref entry);
        while (Count(seen) > 0)
        {
            ulong before = Interlocked.CompareExchange(ref entry, self.Value, seen);
            if (before == seen)
            {
                return Count(seen);
            }

            seen = before;
        }

        return 0;
    }

    /// <summary>Adds wake-ups to an entry.</summary>
    /// <returns>The process to ring; <see cref="OwnerId.None"/> if the entry is empty.</returns>
    public static OwnerId Add(WaiterCell* cell, int index, int count)
    {
        ref ulong entry = ref cell->_entries[index];
        ulong seen = Volatile.Read(ref entry);
        while ((uint)seen != 0)
        {
            ulong more = (uint)seen | ((ulong)Math.Min((long)Count(seen) + count, int.MaxValue) << 32);
            ulong before = Interlocked.CompareExchange(ref entry, more, seen);
            if (before == seen)
            {
                return new OwnerId((uint)seen);
            }

            seen = before;
        }

        return OwnerId.None;
    }

    /// <summary>Whether processes without an entry are to be woken; whoever gets true does it.</summary>
    public static bool TakeOverflow(WaiterCell* cell) =>
        Volatile.Read(ref cell->_overflow) != 0 && Interlocked.Exchange(ref cell->_overflow, 0) != 0;

    private static int Count(ulong entry) => (int)(entry >> 32);
}
