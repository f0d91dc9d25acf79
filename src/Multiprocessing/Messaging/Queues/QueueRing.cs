using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// A ring of cells that any process puts items into and takes items from. An item takes as many cells in a row as it needs; the state
/// word of its first one says who does what with it, so one compare-and-swap both claims it and names the claimant, and whoever comes
/// across a dead one goes on where he stopped. docs/protocol.md, "Queues". Thread-safe; never sleeps.
/// </summary>
/// <remarks>
/// After D. Vyukov's bounded queue (a sequence number in each cell), with owners instead of bare numbers, and items of more than one cell.
/// Between claiming the cell at the tail and moving the tail on, a few instructions, the claimant is alone; likewise at the head.
/// </remarks>
internal sealed unsafe partial class QueueRing
{
    private readonly byte* _base;
    private readonly byte* _cells;
    private readonly ParticipantTable _table;
    private readonly OwnerId _self;
    private readonly int _count;
    private readonly int _mask;
    private readonly int _lapShift;
    private readonly int _capacity;
    private readonly long _maxBytes;

    /// <param name="block">The memory; its owner keeps it.</param>
    /// <param name="participant">Whose view of the ring this is.</param>
    /// <param name="offset">Where the ring begins in the block: a multiple of 64.</param>
    public QueueRing(SharedBlock block, Participant participant, long offset = 0)
    {
        _base = block.Pointer + offset;
        _cells = _base + QueueLayout.FirstCell;
        _table = participant.Table;
        _self = participant.Id;
        _count = *(int*)(_base + QueueLayout.Cells);
        _mask = _count - 1;
        _lapShift = System.Numerics.BitOperations.Log2((uint)_count);
        _capacity = *(int*)(_base + QueueLayout.Capacity);
        _maxBytes = *(long*)(_base + QueueLayout.MaxBytes);
        CheckSizes(block.Pointer + block.Length - _base);
    }

    public bool TracksCompletion => (*(int*)(_base + QueueLayout.Flags) & QueueLayout.TracksCompletion) != 0;

    /// <summary>For tests: called before each write to shared memory.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>The largest item, in bytes: a quarter of the ring, so that a full queue still has several.</summary>
    public int LargestItem => (_count / 4 * QueueLayout.PayloadInMore) - QueueLayout.CellSize;

    public int Capacity => _capacity;

    public uint Epoch => _table.Epoch;

    /// <summary>Items that nobody has begun to take.</summary>
    public long Count => Math.Max(0, Volatile.Read(ref Long(QueueLayout.ItemsPut)) - Volatile.Read(ref Long(QueueLayout.ItemsTaken)));

    /// <summary>Whether as many items wait as may.</summary>
    public bool IsFull => Count >= _capacity;

    public bool IsCompleted
    {
        get
        {
            while (true)
            {
                long tail = Volatile.Read(ref Long(QueueLayout.Tail));
                bool end = StateAt(tail).IsEnd;
                if (Volatile.Read(ref Long(QueueLayout.Tail)) == tail)
                {
                    return end;
                }
            }
        }
    }

    /// <summary>Makes an empty ring of memory that is all zero.</summary>
    public static void Prepare(SharedBlock block, int cells, int capacity, long maxBytes, bool tracksCompletion, long offset = 0)
    {
        byte* ring = block.Pointer + offset;
        *(int*)(ring + QueueLayout.Cells) = cells;
        *(int*)(ring + QueueLayout.Capacity) = capacity;
        *(int*)(ring + QueueLayout.Flags) = tracksCompletion ? QueueLayout.TracksCompletion : 0;
        *(long*)(ring + QueueLayout.MaxBytes) = maxBytes;
        GC.KeepAlive(block);
    }

    /// <summary>Puts an item in.</summary>
    /// <param name="item">The bytes for the cells.</param>
    /// <param name="elsewhere">How many bytes more belong to it.</param>
    public QueueOutcome TryPut(ReadOnlySpan<byte> item, long elsewhere = 0)
    {
        int span = QueueLayout.SpanFor(item.Length);
        QueueOutcome outcome = Claim(span, item.Length, elsewhere, most: 1, out long position, out _);
        if (outcome == QueueOutcome.Done)
        {
            CopyIn(position, item);
            Publish(ref StateWord(position), CellState.Ready(LapOf(position)));
        }

        return outcome;
    }

    /// <summary>Puts an item of one cell in.</summary>
    /// <param name="item">Of at most <see cref="QueueLayout.PayloadInFirst"/> bytes, without references.</param>
    public QueueOutcome TryPutOne<T>(T item)
    {
        QueueOutcome outcome = Claim(1, Unsafe.SizeOf<T>(), 0, most: 1, out long position, out _);
        if (outcome == QueueOutcome.Done)
        {
            BeforeWrite?.Invoke();
            Unsafe.WriteUnaligned(CellAt(position) + QueueLayout.Payload, item);
            Publish(ref StateWord(position), CellState.Ready(LapOf(position)));
        }

        return outcome;
    }

    /// <summary>Takes the next item; it stays whole until <see cref="Free"/>.</summary>
    /// <exception cref="InvalidDataException">The ring is damaged.</exception>
    public QueueOutcome TryTake(out long position) => TryTake(most: 1, length: 0, out position, out _);

    private QueueOutcome TryTake(int most, int length, out long position, out int count)
    {
        var patience = new Patience(PatienceLimit);
        count = 0;
        while (true)
        {
            position = Volatile.Read(ref Long(QueueLayout.Head));
            ref ulong word = ref StateWord(position);
            var state = new CellState(Volatile.Read(ref word));
            if (Volatile.Read(ref Long(QueueLayout.Head)) != position)
            {
                continue; // Somebody was faster.
            }

            if (state.Lap != LapOf(position))
            {
                throw Damaged("its head leads to a cell of another lap");
            }

            switch (state.Phase)
            {
                case CellPhase.Free:
                    return QueueOutcome.NotNow;
                case CellPhase.Writing when _table.IsAlive(state.Owner):
                    // It will be there at once, and whoever puts it there says so.
                    return QueueOutcome.NotNow;
                case CellPhase.Writing:
                    SkipDead(position, state);
                    continue;
                case CellPhase.Ready when state.IsEnd:
                    return QueueOutcome.Completed;
                case CellPhase.Taken when _table.IsAlive(state.Owner):
                    // About to move the head on.
                    patience.Once();
                    continue;
                default:
                    // Ready; or its taker died before it moved the head on: then the item is this one's.
                    CheckItem(position, state);
                    if (Exchange(ref word, state, CellState.Taken(_self, state.Lap)))
                    {
                        count = most > 1 ? TakeFurther(position, most, length) : 1;
                        MoveHead(position + count - 1);
                        if (RawLengthAt(position) != QueueLayout.Skipped)
                        {
                            return QueueOutcome.Done;
                        }

                        count = 0;
                        Free(position);
                    }

                    continue;
            }
        }
    }

    /// <summary>Whether there is an item to take.</summary>
    /// <param name="epoch">The epoch of deaths, read before.</param>
    public bool HasItem(uint epoch)
    {
        DropSkipped();
        long head = Volatile.Read(ref Long(QueueLayout.Head));
        if (StateAt(head) == CellState.Ready(LapOf(head)))
        {
            return true;
        }

        if ((uint)Volatile.Read(ref Long(QueueLayout.Reclaimed)) == epoch)
        {
            return false;
        }

        int used = UsedCells;
        for (int i = 0; i < used; i++)
        {
            var state = new CellState(Volatile.Read(ref *(ulong*)(_cells + ((long)i * QueueLayout.CellSize))));
            if (state.Phase == CellPhase.Taken && !_table.IsAlive(state.Owner))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number of bytes of a taken item.</summary>
    /// <exception cref="InvalidDataException">The ring is damaged.</exception>
    public int LengthAt(long position)
    {
        int length = RawLengthAt(position);
        return (uint)length <= (uint)MostBytes ? length : throw Damaged($"an item of {length} bytes");
    }

    /// <summary>Copies a taken item.</summary>
    /// <param name="position">The item.</param>
    /// <param name="destination">As long as the item.</param>
    public void CopyOut(long position, Span<byte> destination)
    {
        int first = Math.Min(destination.Length, QueueLayout.PayloadInFirst);
        new ReadOnlySpan<byte>(CellAt(position) + QueueLayout.Payload, first).CopyTo(destination);
        destination = destination[first..];
        for (; destination.Length >= QueueLayout.PayloadInMore; destination = destination[QueueLayout.PayloadInMore..])
        {
            MemoryMarshal.Write(destination, in *(CellPayload*)(CellAt(++position) + QueueLayout.MorePayload));
        }

        new ReadOnlySpan<byte>(CellAt(position + 1) + QueueLayout.MorePayload, destination.Length).CopyTo(destination);
    }

    /// <summary>Gives the cells of a taken item back.</summary>
    public void Free(long position)
    {
        byte* first = CellAt(position);
        for (int i = Math.Min(*(int*)(first + QueueLayout.Span), _count) - 1; i > 0; i--)
        {
            BeforeWrite?.Invoke();
            Volatile.Write(ref StateWord(position + i), CellState.Free(LapOf(position + i) + 1).Word);
        }

        // The first one last: if this process dies in between, the item is still taken, and whole.
        BeforeWrite?.Invoke();
        Volatile.Write(ref *(int*)(first + QueueLayout.Span), 0);
        Publish(ref StateWord(position), CellState.Free(LapOf(position) + 1));
    }

    /// <summary>Ends the queue behind what was put: whoever puts later is refused.</summary>
    /// <returns>False if it had ended before.</returns>
    /// <exception cref="InvalidDataException">The ring is damaged.</exception>
    public bool Complete()
    {
        var patience = new Patience(PatienceLimit);
        while (true)
        {
            long tail = Volatile.Read(ref Long(QueueLayout.Tail));
            ref ulong word = ref StateWord(tail);
            var state = new CellState(Volatile.Read(ref word));
            if (state.IsEnd && state.Lap == LapOf(tail))
            {
                return false;
            }

            // There is always one free cell: a claim leaves it.
            if (state == CellState.Free(LapOf(tail)))
            {
                if (Exchange(ref word, state, CellState.End(state.Lap)))
                {
                    return true;
                }
            }
            else
            {
                HelpAtTail(tail, state, ref patience);
            }
        }
    }

    /// <summary>Whether there is neither an item to take nor one that is taken and not freed.</summary>
    public bool IsIdle()
    {
        DropSkipped();
        int used = UsedCells;
        for (int i = 0; i < used; i++)
        {
            var state = new CellState(Volatile.Read(ref *(ulong*)(_cells + ((long)i * QueueLayout.CellSize))));
            if (state.Phase != CellPhase.Free && !state.IsEnd)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>So many bytes at a time, which the compiler copies without a call.</summary>
    [InlineArray(QueueLayout.PayloadInMore / sizeof(ulong))]
    private struct CellPayload
    {
        private ulong _first;
    }

    private QueueOutcome Claim(int span, int length, long elsewhere, int most, out long position, out int count)
    {
        var patience = new Patience(PatienceLimit);
        count = 0;
        while (true)
        {
            position = Volatile.Read(ref Long(QueueLayout.Tail));
            uint lap = LapOf(position);
            ref ulong word = ref StateWord(position);
            var state = new CellState(Volatile.Read(ref word));
            if (state == CellState.Free(lap))
            {
                // Whoever claims this cell next is the next to change these numbers, so they are right if the claim succeeds.
                long index = Volatile.Read(ref Long(QueueLayout.ItemsPut));
                long bytesAfter = Volatile.Read(ref Long(QueueLayout.BytesPut)) + length + elsewhere;
                if (!HasRoom(index, bytesAfter) || !IsFree(position + 1, span))
                {
                    if (Volatile.Read(ref Long(QueueLayout.Tail)) == position)
                    {
                        return QueueOutcome.NotNow;
                    }
                }
                else if (Exchange(ref word, state, CellState.Writing(_self, lap)))
                {
                    Describe(position, span, length, index, bytesAfter);
                    count = most > 1 ? ClaimFurther(position, most, length) : 1;
                    MoveTail(position + count - 1);
                    return QueueOutcome.Done;
                }
            }
            else if (state.Lap == lap && state.IsEnd)
            {
                return QueueOutcome.Completed;
            }
            else if (state.Lap != lap)
            {
                if (Volatile.Read(ref Long(QueueLayout.Tail)) == position)
                {
                    return QueueOutcome.NotNow;
                }
            }
            else
            {
                HelpAtTail(position, state, ref patience);
            }
        }
    }
}
