using System.Runtime.CompilerServices;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// Several items of one cell each at a time. Only the first cell is fought for: until the tail, or the head, is moved on, whoever has it is
/// alone, so the cells behind it need no compare-and-swap; and one fence serves all. A death costs what it costs without batches, because
/// each cell tells its own story.
/// </summary>
internal sealed unsafe partial class QueueRing
{
    /// <summary>So that nobody waits long for who has the head or the tail.</summary>
    private const int MostAtOnce = 128;

    /// <summary>Puts in as many as there is room for, up to a limit.</summary>
    /// <param name="items">At least one, of at most <see cref="QueueLayout.PayloadInFirst"/> bytes, without references.</param>
    /// <param name="count">How many were put: not 0 if done.</param>
    /// <exception cref="InvalidDataException">The ring is damaged.</exception>
    public QueueOutcome TryPutMany<T>(ReadOnlySpan<T> items, out int count)
    {
        QueueOutcome outcome = Claim(1, Unsafe.SizeOf<T>(), 0, Math.Min(items.Length, MostAtOnce), out long position, out count);
        for (int i = 0; i < count; i++)
        {
            byte* cell = CellAt(position + i);
            BeforeWrite?.Invoke();
            Unsafe.WriteUnaligned(cell + QueueLayout.Payload, items[i]);
            BeforeWrite?.Invoke();
            Volatile.Write(ref *(ulong*)cell, CellState.Ready(LapOf(position + i)).Word);
        }

        Interlocked.MemoryBarrier();
        return outcome;
    }

    /// <summary>Takes the next item, and those behind it that are there and of the same size.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="length">The size; of another size is at most the first one, which is then the only one.</param>
    /// <param name="position">The first one; the others follow cell by cell.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidDataException">The ring is damaged.</exception>
    public QueueOutcome TryTakeMany(int most, int length, out long position, out int count) =>
        TryTake(Math.Min(most, MostAtOnce), length, out position, out count);

    /// <summary>A taken item of one cell.</summary>
    public T ReadOne<T>(long position) => Unsafe.ReadUnaligned<T>(CellAt(position) + QueueLayout.Payload);

    /// <summary>Copies items that were taken together.</summary>
    public void CopyOut<T>(long position, Span<T> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = ReadOne<T>(position + i);
        }
    }

    /// <summary>Gives the cells of items back that were taken together, and are more than one.</summary>
    public void FreeMany(long position, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte* cell = CellAt(position + i);
            BeforeWrite?.Invoke();
            Volatile.Write(ref *(int*)(cell + QueueLayout.Span), 0);
            BeforeWrite?.Invoke();
            Volatile.Write(ref *(ulong*)cell, CellState.Free(LapOf(position + i) + 1).Word);
        }

        Interlocked.MemoryBarrier();
    }

    /// <summary>Claims the cells behind the one at the tail, which this process has just claimed and described.</summary>
    /// <returns>How many it has, with that one.</returns>
    private int ClaimFurther(long position, int most, int length)
    {
        long index = *(long*)(CellAt(position) + QueueLayout.Index);
        long bytesAfter = *(long*)(CellAt(position) + QueueLayout.BytesAfter);
        if (!HasRoom(index + most - 1, bytesAfter + ((most - 1L) * length)))
        {
            most = (int)Math.Clamp(Math.Min(_capacity - (index - _itemsTaken), 1 + ((_maxBytes - (bytesAfter - _bytesTaken)) / length)), 1, most);
        }

        int count = 1;

        // The next cell is known to be free; the one behind it must be too: there is always one left.
        while (count < most && IsFree(position + count + 1, 1))
        {
            BeforeWrite?.Invoke();
            Volatile.Write(ref StateWord(position + count), CellState.Writing(_self, LapOf(position + count)).Word);
            bytesAfter += length;
            Describe(position + count, 1, length, index + count, bytesAfter);
            count++;
        }

        return count;
    }

    /// <summary>Takes the items behind the one at the head, which this process has just taken.</summary>
    /// <returns>How many it has, with that one.</returns>
    private int TakeFurther(long position, int most, int length)
    {
        int count = 1;
        most = IsPlain(position, length) ? most : 1;
        while (count < most && StateAt(position + count) == CellState.Ready(LapOf(position + count)) && IsPlain(position + count, length))
        {
            BeforeWrite?.Invoke();
            Volatile.Write(ref StateWord(position + count), CellState.Taken(_self, LapOf(position + count)).Word);
            count++;
        }

        return count;
    }

    private bool IsPlain(long position, int length) =>
        *(int*)(CellAt(position) + QueueLayout.Span) == 1 && RawLengthAt(position) == length;
}
