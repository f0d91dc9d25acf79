using System.Runtime.InteropServices;

namespace Multiprocessing.Messaging.Queues;

/// <summary>What is written into the ring, one step after the other; a process can die between any two of them.</summary>
internal sealed unsafe partial class QueueRing
{
    /// <summary>Ends what a dead claimant began: an item that is skipped.</summary>
    private void SkipDead(long position, CellState state)
    {
        ref ulong word = ref StateWord(position);
        if ((uint)Volatile.Read(ref *(int*)(CellAt(position) + QueueLayout.Span)) > (uint)_count && Volatile.Read(ref word) == state.Word)
        {
            throw Damaged("an item that is longer than the ring");
        }

        if (!Exchange(ref word, state, CellState.Writing(_self, state.Lap)))
        {
            return;
        }

        byte* cell = CellAt(position);
        if (Volatile.Read(ref *(int*)(cell + QueueLayout.Span)) == 0)
        {
            // It died before it had said how much it wanted; so it has not moved the tail either.
            long index = Volatile.Read(ref Long(QueueLayout.ItemsPut));
            Describe(position, 1, QueueLayout.Skipped, index, Volatile.Read(ref Long(QueueLayout.BytesPut)));
        }
        else
        {
            BeforeWrite?.Invoke();
            Volatile.Write(ref *(int*)(cell + QueueLayout.Length), QueueLayout.Skipped);
        }

        if (Volatile.Read(ref Long(QueueLayout.Tail)) == position)
        {
            MoveTail(position);
        }

        Publish(ref word, CellState.Ready(state.Lap));
    }

    private void Describe(long position, int span, int length, long index, long bytesAfter)
    {
        byte* cell = CellAt(position);
        BeforeWrite?.Invoke();
        *(int*)(cell + QueueLayout.Length) = length;
        *(long*)(cell + QueueLayout.Index) = index;
        *(long*)(cell + QueueLayout.BytesAfter) = bytesAfter;

        // Last: if it is not 0, the rest is there.
        Volatile.Write(ref *(int*)(cell + QueueLayout.Span), span);
    }

    private void MoveTail(long position)
    {
        byte* cell = CellAt(position);
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.ItemsPut), *(long*)(cell + QueueLayout.Index) + 1);
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.BytesPut), *(long*)(cell + QueueLayout.BytesAfter));
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.Tail), position + *(int*)(cell + QueueLayout.Span));
    }

    private void MoveHead(long position)
    {
        byte* cell = CellAt(position);
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.ItemsTaken), *(long*)(cell + QueueLayout.Index) + 1);
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.BytesTaken), *(long*)(cell + QueueLayout.BytesAfter));
        BeforeWrite?.Invoke();
        Volatile.Write(ref Long(QueueLayout.Head), position + *(int*)(cell + QueueLayout.Span));
    }

    private void CopyIn(long position, ReadOnlySpan<byte> item)
    {
        BeforeWrite?.Invoke();
        int first = Math.Min(item.Length, QueueLayout.PayloadInFirst);
        item[..first].CopyTo(new Span<byte>(CellAt(position) + QueueLayout.Payload, first));
        item = item[first..];
        for (; item.Length >= QueueLayout.PayloadInMore; item = item[QueueLayout.PayloadInMore..])
        {
            *(CellPayload*)(CellAt(++position) + QueueLayout.MorePayload) = MemoryMarshal.Read<CellPayload>(item);
        }

        item.CopyTo(new Span<byte>(CellAt(position + 1) + QueueLayout.MorePayload, item.Length));
    }

    /// <summary>With a full fence, after which the caller looks whether somebody waits for this.</summary>
    private void Publish(ref ulong word, CellState state)
    {
        BeforeWrite?.Invoke();
        Interlocked.Exchange(ref word, state.Word);
    }

    private bool Exchange(ref ulong word, CellState from, CellState to)
    {
        BeforeWrite?.Invoke();
        return Interlocked.CompareExchange(ref word, to.Word, from.Word) == from.Word;
    }

    /// <summary>In the first lap those behind the tail were never used, and a look at their pages would make them cost something.</summary>
    private int UsedCells => (int)Math.Clamp(Volatile.Read(ref Long(QueueLayout.Tail)) + 1, 1, _count);

    private int RawLengthAt(long position) => *(int*)(CellAt(position) + QueueLayout.Length);

    private CellState StateAt(long position) => new(Volatile.Read(ref StateWord(position)));

    private byte* CellAt(long position) => _cells + ((position & _mask) * QueueLayout.CellSize);

    private ref ulong StateWord(long position) => ref *(ulong*)CellAt(position);

    private uint LapOf(long position) => (uint)(position >> _lapShift);

    private ref long Long(int offset) => ref *(long*)(_base + offset);
}
