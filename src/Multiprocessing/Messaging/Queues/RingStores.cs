using System.Numerics;
using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// Memory for the items of a ring that are too large for its cells: made when first needed, by whoever needs it, parked in the ring's
/// own memory, and then used again and again by all. docs/protocol.md, "Queues". Thread-safe; never sleeps.
/// </summary>
/// <remarks>
/// A store belongs to the process that fills it until another one takes the item that refers to it. So one whose owner is dead, and to which
/// no item refers, is free.
/// </remarks>
internal sealed unsafe class RingStores
{
    /// <summary>The size of a store, in bytes. Pages that were never used cost nothing.</summary>
    public const int Size = 4 << 20;

    private readonly SharedBlock _container;
    private readonly byte* _base;
    private readonly byte* _first;
    private readonly QueueRing _ring;
    private readonly ParticipantTable _table;
    private readonly OwnerId _self;
    private readonly SharedBlock?[] _blocks = new SharedBlock?[QueueLayout.Stores];

    /// <param name="container">The memory of the ring.</param>
    /// <param name="offset">Where the ring begins in it.</param>
    /// <param name="participant">Whose view of it this is.</param>
    /// <param name="ring">The ring.</param>
    public RingStores(SharedBlock container, long offset, Participant participant, QueueRing ring)
    {
        _container = container;
        _base = container.Pointer + offset;
        _first = _base + QueueLayout.FirstStore;
        _ring = ring;
        _table = participant.Table;
        _self = participant.Id;
    }

    /// <summary>Takes a store that nobody uses.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="IOException">A new one cannot be made.</exception>
    public Store? TryClaim()
    {
        FreeThoseOfTheDead();
        return TryClaim(StorePhase.Free) ?? TryClaim(StorePhase.Empty);
    }

    /// <summary>Takes over the store to which an item refers, which this process has taken.</summary>
    /// <exception cref="PayloadException">There is no such store.</exception>
    public Store TakeOver(StoreReference reference)
    {
        if ((uint)reference.Index >= QueueLayout.Stores)
        {
            throw new PayloadException("An item of a queue lies in a store that does not exist.");
        }

        ref ulong word = ref WordOf(reference.Index);
        while (new StoreState(Volatile.Read(ref word)) is { Phase: StorePhase.Owned } state && state.Generation == reference.Generation)
        {
            if (Exchange(ref word, state, state.OwnedBy(_self)))
            {
                return new Store(reference, BlockOf(reference.Index) ?? throw new PayloadException("The store of an item of a queue is gone."));
            }
        }

        throw new PayloadException("The store of an item of a queue is used by another one.");
    }

    /// <summary>Gives back a store that this process has; the item that referred to it has left the ring, or never came into it.</summary>
    public void Free(StoreReference reference)
    {
        var state = StoreState.Of(StorePhase.Owned, _self, reference.Generation);
        Exchange(ref WordOf(reference.Index), state, state.Freed(isMade: true));
    }

    private Store? TryClaim(StorePhase phase)
    {
        for (int i = 0; i < QueueLayout.Stores; i++)
        {
            ref ulong word = ref WordOf(i);
            var state = new StoreState(Volatile.Read(ref word));
            if (state.Phase != phase || !Exchange(ref word, state, state.OwnedBy(_self)))
            {
                continue;
            }

            SharedBlock? block = phase == StorePhase.Empty ? Make(i, state) : BlockOf(i);
            if (block is not null)
            {
                return new Store(new StoreReference(i, state.Generation), block);
            }
        }

        return null;
    }

    private SharedBlock Make(int index, StoreState state)
    {
        SharedBlock? block = null;
        try
        {
            block = SharedBlock.Allocate(SharedKind.QueueItem, Size, alone: true);
            BlockReference reference = block.ToReference();
            if (ProcessTree.HandOver.Park(reference.Token, _container.ToReference().Token) is null)
            {
                throw new IOException("The memory of the queue is gone.");
            }

            byte* entry = EntryOf(index);
            _ring.BeforeWrite?.Invoke();
            reference.Token.TryWriteBytes(new Span<byte>(entry + QueueLayout.StoreToken, 16));

            // Last: if the process dies before, the next one makes another.
            _ring.BeforeWrite?.Invoke();
            Volatile.Write(ref *(int*)(entry + QueueLayout.StoreIsMade), 1);
            return _blocks[index] = block;
        }
        catch
        {
            Exchange(ref WordOf(index), state.OwnedBy(_self), state.Freed(isMade: false));
            block?.Evacuate();
            throw;
        }
    }

    /// <summary>Null if it is gone.</summary>
    private SharedBlock? BlockOf(int index)
    {
        ref SharedBlock? known = ref _blocks[index];
        if (Volatile.Read(ref known) is { } block)
        {
            return block;
        }

        Guid token = new(new ReadOnlySpan<byte>(EntryOf(index) + QueueLayout.StoreToken, 16));
        SharedBlock? opened = SharedBlock.TryOpen(new BlockReference(token, BlockReference.Alone, 0, SharedKind.QueueItem));
        if (opened is null || opened.Kind != SharedKind.QueueItem || opened.Length < Size)
        {
            opened?.Dispose();
            return null;
        }

        SharedBlock? other = Interlocked.CompareExchange(ref known, opened, null);
        if (other is not null)
        {
            opened.Dispose();
        }

        return other ?? opened;
    }

    private void FreeThoseOfTheDead()
    {
        uint epoch = _table.Epoch;
        ref uint looked = ref *(uint*)(_base + QueueLayout.StoresReclaimed);
        if (Volatile.Read(ref looked) == epoch)
        {
            return;
        }

        Span<uint> generations = stackalloc uint[QueueLayout.Stores];
        ulong dead = 0;
        for (int i = 0; i < QueueLayout.Stores; i++)
        {
            var state = new StoreState(Volatile.Read(ref WordOf(i)));
            generations[i] = state.Generation;
            dead |= IsOfTheDead(state) ? 1ul << i : 0;
        }

        for (ulong free = dead == 0 ? 0 : dead & ~_ring.FindStores(generations); free != 0; free &= free - 1)
        {
            int i = BitOperations.TrailingZeroCount(free);
            ref ulong word = ref WordOf(i);
            var state = new StoreState(Volatile.Read(ref word));
            if (IsOfTheDead(state) && state.Generation == generations[i])
            {
                bool isMade = Volatile.Read(ref *(int*)(EntryOf(i) + QueueLayout.StoreIsMade)) != 0;
                Exchange(ref word, state, state.Freed(isMade));
            }
        }

        _ring.BeforeWrite?.Invoke();
        Volatile.Write(ref looked, epoch);
    }

    private bool IsOfTheDead(StoreState state) => state.Phase == StorePhase.Owned && !_table.IsAlive(state.Owner);

    private bool Exchange(ref ulong word, StoreState from, StoreState to)
    {
        _ring.BeforeWrite?.Invoke();
        return Interlocked.CompareExchange(ref word, to.Word, from.Word) == from.Word;
    }

    private byte* EntryOf(int index) => _first + (index * QueueLayout.StoreSize);

    private ref ulong WordOf(int index) => ref *(ulong*)EntryOf(index);
}

/// <summary>A store that this process has.</summary>
/// <param name="Reference">Which one.</param>
/// <param name="Block">Its memory, at least <see cref="RingStores.Size"/> bytes.</param>
internal sealed record Store(StoreReference Reference, SharedBlock Block);
