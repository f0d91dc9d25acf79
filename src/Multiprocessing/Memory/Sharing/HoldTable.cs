using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// Which processes beside its creator use which blocks of a slab: a row of bits for each of them. A row belongs to the process whose
/// owner id stands at it and is written by no other; a dead one's is free. Works on shared memory: docs/protocol.md, "Hold table".
/// </summary>
internal readonly unsafe struct HoldTable(byte* slab, ParticipantTable participants)
{
    public const int NoRow = -1;

    /// <summary>Takes a row, empty, for this process.</summary>
    /// <returns><see cref="NoRow"/> if all are taken.</returns>
    public int Claim(OwnerId self)
    {
        for (int row = 0; row < SlabLayout.Rows; row++)
        {
            ref uint owner = ref OwnerOf(row);
            uint seen = Volatile.Read(ref owner);

            // A row of this process is not free either: it belongs to a mapping that is about to be given up, with its row.
            if (!participants.IsAlive(new OwnerId(seen)) && Interlocked.CompareExchange(ref owner, self.Value, seen) == seen)
            {
                // What the dead one left stands for this process until it is cleared: too much is held for a moment, never too little.
                for (int word = 0; word < SlabLayout.RowWords; word++)
                {
                    Volatile.Write(ref WordOf(row, word), 0);
                }

                return row;
            }
        }

        return NoRow;
    }

    /// <summary>Gives a row back; this process uses no block any more.</summary>
    public void GiveBack(int row) => Volatile.Write(ref OwnerOf(row), 0);

    /// <summary>A full fence: what is read afterwards was not read before.</summary>
    public void Set(int row, int block) => Interlocked.Or(ref WordOf(row, block / 64), 1ul << (block % 64));

    public void Clear(int row, int block) => Interlocked.And(ref WordOf(row, block / 64), ~(1ul << (block % 64)));

    public bool IsHeld(int block)
    {
        for (int row = 0; row < SlabLayout.Rows; row++)
        {
            uint owner = Volatile.Read(ref OwnerOf(row));
            if (owner != 0 && (Volatile.Read(ref WordOf(row, block / 64)) >> (block % 64) & 1) != 0 && participants.IsAlive(new OwnerId(owner)))
            {
                return true;
            }
        }

        return false;
    }

    private ref uint OwnerOf(int row) => ref *(uint*)(slab + SlabLayout.RowOwners + (row * sizeof(uint)));

    private ref ulong WordOf(int row, int word) =>
        ref *(ulong*)(slab + SlabLayout.Bitmaps + (((row * SlabLayout.RowWords) + word) * sizeof(ulong)));
}
