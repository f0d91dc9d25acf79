using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <content>What processes left behind that died while they put or took, or gave back.</content>
internal sealed unsafe partial class QueueRing
{
    /// <summary>Takes over an item that a process had taken and not done with when it died, or gave back.</summary>
    /// <param name="epoch">The epoch of deaths, read before.</param>
    /// <param name="position">The item.</param>
    public bool TryReclaim(uint epoch, out long position)
    {
        ref long reclaimed = ref Long(QueueLayout.Reclaimed);
        while (Volatile.Read(ref reclaimed) is var seen && (uint)seen != epoch)
        {
            long tail = Volatile.Read(ref Long(QueueLayout.Tail));
            for (long i = 0; i < _count; i++)
            {
                // The oldest first. What was put meanwhile is of no interest.
                position = tail - _count + i;
                if (position < 0)
                {
                    continue;
                }

                ref ulong word = ref StateWord(position);
                var state = new CellState(Volatile.Read(ref word));
                if (state.Phase == CellPhase.Taken && state.Lap == LapOf(position) && !_table.IsAlive(state.Owner)
                    && position < Volatile.Read(ref Long(QueueLayout.Head))
                    && Exchange(ref word, state, CellState.Taken(_self, state.Lap)))
                {
                    if (RawLengthAt(position) != QueueLayout.Skipped)
                    {
                        return true;
                    }

                    Free(position);
                }
            }

            BeforeWrite?.Invoke();
            Interlocked.CompareExchange(ref reclaimed, (seen & ~(long)uint.MaxValue) | epoch, seen);
        }

        position = 0;
        return false;
    }

    /// <summary>Leaves a taken item to whoever takes next, as if this process had died. Then all who wait must be called.</summary>
    public void GiveBack(long position)
    {
        Publish(ref StateWord(position), CellState.Taken(OwnerId.None, LapOf(position)));

        // Any other epoch makes everybody look; the count makes one who is just looking look again.
        ref long reclaimed = ref Long(QueueLayout.Reclaimed);
        long seen;
        do
        {
            seen = Volatile.Read(ref reclaimed);
            BeforeWrite?.Invoke();
        }
        while (Interlocked.CompareExchange(ref reclaimed, (((seen >> 32) + 1) << 32) | (_table.Epoch - 1), seen) != seen);
    }

    /// <summary>Looks for stores in which items lie that somebody will read.</summary>
    /// <param name="generations">Which use of each store is asked for.</param>
    /// <returns>A bit for each store that was found.</returns>
    public ulong FindStores(ReadOnlySpan<uint> generations)
    {
        ulong all = 0;
        int used = UsedCells;
        for (int i = 0; i < used; i++)
        {
            byte* cell = _cells + ((long)i * QueueLayout.CellSize);
            var state = new CellState(Volatile.Read(ref *(ulong*)cell));
            if (((state.Phase == CellPhase.Ready && !state.IsEnd) || state.Phase == CellPhase.Taken)
                && *(int*)(cell + QueueLayout.Length) != QueueLayout.Skipped
                && QueueMessage.TryGetStore(new ReadOnlySpan<byte>(cell + QueueLayout.Payload, QueueLayout.PayloadInFirst), out StoreReference found)
                && (uint)found.Index < (uint)generations.Length && generations[found.Index] == found.Generation)
            {
                all |= 1ul << found.Index;
            }
        }

        return all;
    }

    /// <summary>Frees what dead producers left at the head, which no consumer may come to do.</summary>
    private void DropSkipped()
    {
        while (true)
        {
            long position = Volatile.Read(ref Long(QueueLayout.Head));
            ref ulong word = ref StateWord(position);
            var state = new CellState(Volatile.Read(ref word));
            if (state.Lap == LapOf(position) && state.Phase == CellPhase.Writing && !_table.IsAlive(state.Owner))
            {
                SkipDead(position, state);
            }
            else if (state == CellState.Ready(LapOf(position)) && RawLengthAt(position) == QueueLayout.Skipped)
            {
                CheckItem(position, state);
                if (Exchange(ref word, state, CellState.Taken(_self, state.Lap)))
                {
                    MoveHead(position);
                    Free(position);
                }
            }
            else if (Volatile.Read(ref Long(QueueLayout.Head)) == position)
            {
                return;
            }
        }
    }

    /// <summary>The claimant of the cell at the tail has not moved it on: it is just about to, or dead.</summary>
    private void HelpAtTail(long position, CellState state, ref Patience patience)
    {
        if (state.Phase == CellPhase.Writing && state.Lap == LapOf(position) && !_table.IsAlive(state.Owner))
        {
            SkipDead(position, state);
        }
        else
        {
            patience.Once();
        }
    }
}
