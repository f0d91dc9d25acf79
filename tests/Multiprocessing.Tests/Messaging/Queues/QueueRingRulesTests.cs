using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Limits of bytes, sizes in a batch, and what the cells of a ring say when nobody has them.</summary>
public sealed class QueueRingRulesTests : IDisposable
{
    private const int Cells = 16;
    private const int MaxBytes = 40;
    private readonly TreeRoot _root = new();
    private readonly Tests.Memory.TestMember _member;
    private readonly SharedBlock _block;
    private readonly QueueRing _ring;

    public QueueRingRulesTests()
    {
        _member = new Tests.Memory.TestMember(_root);
        _block = SharedBlock.Allocate(SharedKind.Queue, QueueLayout.SizeFor(Cells), alone: true);
        QueueRing.Prepare(_block, Cells, capacity: 100, MaxBytes, tracksCompletion: false);
        _ring = new QueueRing(_block, _member.Participant);
    }

    public void Dispose()
    {
        _member.Dispose();
        _root.Dispose();
        _block.Evacuate();
    }

    [Fact]
    public void An_item_larger_than_the_limit_of_bytes_has_room_when_nothing_else_waits()
    {
        byte[] large = new byte[MaxBytes + 1];
        Assert.Equal(QueueOutcome.Done, _ring.TryPut([1]));
        Assert.Equal(QueueOutcome.NotNow, _ring.TryPut(large));
        Free(1);
        Assert.Equal(QueueOutcome.Done, _ring.TryPut(large));
        Assert.Equal(QueueOutcome.NotNow, _ring.TryPut([1]));
        Free(1);
        Assert.Equal(QueueOutcome.Done, _ring.TryPut([1], elsewhere: MaxBytes));
        Assert.Equal(QueueOutcome.NotNow, _ring.TryPut([1]));
    }

    [Fact]
    public void Every_item_of_a_batch_counts_with_its_bytes()
    {
        const int Room = MaxBytes / sizeof(long);
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<long>([1, 2, 3], out int count));
        Assert.Equal(3, count);
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<long>([4, 5, 6, 7], out count));
        Assert.Equal(Room - 3, count);
        Assert.Equal(QueueOutcome.NotNow, _ring.TryPutMany<long>([6], out _));
        Assert.Equal(QueueOutcome.NotNow, _ring.TryPut([6]));
        Free(1);
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<long>([6, 7], out count));
        Assert.Equal(1, count);
    }

    [Fact]
    public void A_batch_that_is_taken_ends_before_an_item_of_another_size()
    {
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<int>([1, 2], out _));
        Assert.Equal(QueueOutcome.Done, _ring.TryPut(BitConverter.GetBytes(3L)));
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<int>([4, 5], out _));
        Assert.Equal([[1, 2], [3, 0], [4, 5]], [TakeBatch(), TakeBatch(), TakeBatch()]);

        int[] TakeBatch()
        {
            Assert.Equal(QueueOutcome.Done, _ring.TryTakeMany(10, sizeof(int), out long position, out int count));
            int[] items = new int[count];
            _ring.CopyOut<int>(position, items);
            if (count == 1)
            {
                // Of another size: whoever takes batches looks at a single item as at any other.
                Assert.Equal(sizeof(long), _ring.LengthAt(position));
                items = [items[0], 0];
                _ring.Free(position);
            }
            else
            {
                _ring.FreeMany(position, count);
            }

            return items;
        }
    }

    [Fact]
    public unsafe void A_cell_that_nobody_has_says_nothing_of_the_item_that_it_had()
    {
        // Else who dies before it has said how many cells it wants would seem to have said it.
        Assert.Equal(QueueOutcome.Done, _ring.TryPut([1]));
        Assert.Equal(QueueOutcome.Done, _ring.TryPutMany<int>([2, 3], out _));
        Assert.Equal([1, 1, 1], Spans());
        Free(1);
        Assert.Equal(QueueOutcome.Done, _ring.TryTakeMany(2, sizeof(int), out long position, out int count));
        _ring.FreeMany(position, count);
        Assert.Equal([0, 0, 0], Spans());

        int[] Spans() => [.. Enumerable.Range(0, 3).Select(i => *(int*)(Cell(i) + QueueLayout.Span))];
    }

    [Fact]
    public unsafe void An_item_of_another_lap_at_the_head_is_damage()
    {
        Assert.Equal(QueueOutcome.Done, _ring.TryPut([1]));
        *(ulong*)(Cell(0) + QueueLayout.State) = CellState.Ready(lap: 7).Word;
        Assert.Throws<InvalidDataException>(() => _ring.TryTake(out _));
    }

    private unsafe byte* Cell(int index) => _block.Pointer + QueueLayout.FirstCell + (index * QueueLayout.CellSize);

    private void Free(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(QueueOutcome.Done, _ring.TryTake(out long position));
            _ring.Free(position);
        }
    }
}
