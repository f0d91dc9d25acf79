using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>The shared memory of a barrier: docs/protocol.md, "Barriers". Every change is one atomic step, so none is ever half done.</summary>
internal sealed unsafe class BarrierTable
{
    private const int StateOffset = 0;
    private const int PartiesOffset = 8;
    private const int WordOffset = 12;
    private const int CellOffset = 64;
    private const int ResetsOffset = 128;
    private const int ResetsKept = 16;
    private const int PlacesOffset = 256;
    private const int GenerationShift = 32;

    private readonly SharedBlock _block;
    private readonly byte* _memory;

    public BarrierTable(SharedBlock block)
    {
        _block = block;
        _memory = block.Pointer;
    }

    public SharedBlock Block => _block;

    public int Parties => Volatile.Read(ref *(int*)(_memory + PartiesOffset));

    public BarrierState State => new(Volatile.Read(ref *(ulong*)(_memory + StateOffset)));

    /// <summary>Changes whenever those who wait have to look.</summary>
    public int* Word => (int*)(_memory + WordOffset);

    public WaiterCell* Cell => (WaiterCell*)(_memory + CellOffset);

    public static long SizeFor(int parties) => PlacesOffset + (sizeof(ulong) * (long)parties);

    public void Initialize(int parties)
    {
        Volatile.Write(ref *(int*)(_memory + PartiesOffset), parties);
        Volatile.Write(ref *(ulong*)(_memory + StateOffset), BarrierState.Initial.Bits);
    }

    public bool TryChange(BarrierState seen, BarrierState next) =>
        Interlocked.CompareExchange(ref *(ulong*)(_memory + StateOffset), next.Bits, seen.Bits) == seen.Bits;

    /// <summary>
    /// Takes the first free place in a generation. In this one step the party has arrived: before it nobody knows of it, after it
    /// its death is seen by all.
    /// </summary>
    /// <returns>
    /// The number of the place; <see cref="Parties"/> if all are taken; -1 if the generation has ended meanwhile.
    /// </returns>
    public int TakePlace(uint generation, OwnerId party)
    {
        ulong mine = ((ulong)generation << GenerationShift) | party.Value;
        int parties = Parties;
        for (int i = 0; i < parties;)
        {
            ulong seen = Volatile.Read(ref Place(i));
            int age = (int)(GenerationOf(seen) - generation);
            if (age > 0)
            {
                return -1;
            }

            if (age == 0)
            {
                i++;
            }
            else if (Interlocked.CompareExchange(ref Place(i), mine, seen) == seen)
            {
                return i;
            }
        }

        return parties;
    }

    /// <summary>How many parties have arrived in a generation.</summary>
    public int CountArrived(uint generation)
    {
        int parties = Parties;
        int arrived = 0;
        while (arrived < parties && GenerationOf(Volatile.Read(ref Place(arrived))) == generation)
        {
            arrived++;
        }

        return arrived;
    }

    /// <summary>Whether a party that has arrived in a generation is dead.</summary>
    public bool HasDead(uint generation, ParticipantTable participants)
    {
        int parties = Parties;
        for (int i = 0; i < parties; i++)
        {
            ulong seen = Volatile.Read(ref Place(i));
            if (GenerationOf(seen) != generation)
            {
                break;
            }

            if (!participants.IsAlive(new OwnerId((uint)seen & OwnerId.Mask)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Notes which generation a reset is about to end. Before the state changes: who then finds it changed finds the note. A reset that
    /// does not come about leaves a note that a later one with the same number overwrites, because its generation is higher.
    /// </summary>
    public void NoteReset(BarrierState state)
    {
        ref ulong note = ref Note(state.Resets);
        ulong mine = ((ulong)state.Resets << GenerationShift) | state.Generation;
        ulong seen = Volatile.Read(ref note);
        while (seen < mine)
        {
            ulong before = Interlocked.CompareExchange(ref note, mine, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>How it went for a party that arrived when the state was the one given; null: it is still open.</summary>
    /// <returns><see cref="BreakReason.None"/>: all were let go together.</returns>
    public BreakReason? FateOf(BarrierState arrival)
    {
        BarrierState now = State;
        if (now.Generation == arrival.Generation)
        {
            return now.IsBroken ? now.Reason : null;
        }

        if (now.Resets == arrival.Resets)
        {
            return BreakReason.None;
        }

        // The first reset since the arrival: did it end this generation or a later one? Who slept through so many resets that the note
        // is overwritten is told the worse.
        ulong note = Volatile.Read(ref Note(arrival.Resets));
        bool isKept = (uint)(note >> GenerationShift) == arrival.Resets;
        return isKept && (uint)note != arrival.Generation ? BreakReason.None : BreakReason.Reset;
    }

    private ref ulong Place(int index) => ref ((ulong*)(_memory + PlacesOffset))[index];

    private ref ulong Note(uint reset) => ref ((ulong*)(_memory + ResetsOffset))[reset % ResetsKept];

    private static uint GenerationOf(ulong place) => (uint)(place >> GenerationShift);
}
