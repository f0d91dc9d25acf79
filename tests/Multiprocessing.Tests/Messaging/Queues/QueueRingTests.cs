using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>The ring alone; each member stands for a process, which can die before any of its writes.</summary>
public sealed class QueueRingTests : IDisposable
{
    private const int Cells = 16;
    private readonly TreeRoot _root = new();
    private readonly List<Tests.Memory.TestMember> _members = [];
    private readonly SharedBlock _block;

    public QueueRingTests()
    {
        _block = SharedBlock.Allocate(SharedKind.Queue, QueueLayout.SizeFor(Cells), alone: true);
        QueueRing.Prepare(_block, Cells, capacity: 100, maxBytes: 1 << 20, tracksCompletion: false);
    }

    public void Dispose()
    {
        _members.ForEach(static member => member.Dispose());
        _root.Dispose();
        _block.Evacuate();
    }

    [Fact]
    public void Items_of_all_sizes_come_out_as_they_went_in_round_after_round()
    {
        QueueRing ring = NewMember().Ring;
        var random = new Random(5);
        var waiting = new Queue<byte[]>();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] item = new byte[random.Next(4) == 0 ? random.Next(ring.LargestItem + 1) : random.Next(60)];
            random.NextBytes(item);
            QueueOutcome outcome = ring.TryPut(item);
            if (outcome == QueueOutcome.Done)
            {
                waiting.Enqueue(item);
            }

            if (outcome != QueueOutcome.Done || random.Next(2) == 0)
            {
                Assert.Equal(waiting.Count, ring.Count);
                Assert.Equal(waiting.Count > 0, Take(ring) is { } got && got.AsSpan().SequenceEqual(waiting.Dequeue()));
            }
        }
    }

    [Fact]
    public void What_a_process_has_seen_of_the_room_is_still_right_after_others_have_put_and_taken()
    {
        QueueRing[] rings = [NewMember().Ring, NewMember().Ring, NewMember().Ring];
        var random = new Random(6);
        var waiting = new Queue<byte[]>();
        for (int i = 0; i < 20_000; i++)
        {
            QueueRing ring = random.GetItems(rings, 1)[0];
            if (random.Next(3) == 0)
            {
                Assert.Equal(waiting.Count > 0, Take(ring) is { } got && got.AsSpan().SequenceEqual(waiting.Dequeue()));
                continue;
            }

            byte[] bytes = new byte[random.Next(3) == 0 ? random.Next(ring.LargestItem + 1) : random.Next(2, 6)];
            random.NextBytes(bytes);
            int count = bytes.Length is > 0 and < 6 && ring.TryPutMany<byte>(bytes, out int many) == QueueOutcome.Done ? many : 0;
            Array.ForEach(bytes[..count], item => waiting.Enqueue([item]));
            if (count == 0 && ring.TryPut(bytes) == QueueOutcome.Done)
            {
                waiting.Enqueue(bytes);
            }

            Assert.Equal(waiting.Count, ring.Count);
        }
    }

    [Fact]
    public void It_is_full_at_its_capacity_and_when_no_cell_is_left()
    {
        QueueRing ring = NewMember().Ring;
        int count = 0;
        while (ring.TryPut([1]) == QueueOutcome.Done)
        {
            count++;
        }

        Assert.Equal(Cells - 1, count);
        Assert.NotNull(Take(ring));
        Assert.Equal(QueueOutcome.Done, ring.TryPut([1]));
        Assert.Equal(QueueOutcome.NotNow, ring.TryPut([1]));
    }

    [Fact]
    public void Nothing_is_put_behind_the_end_and_all_before_it_is_taken()
    {
        QueueRing ring = NewMember().Ring;
        QueueRing other = NewMember().Ring;
        while (ring.TryPut([1]) == QueueOutcome.Done)
        {
        }

        Assert.False(ring.IsCompleted);
        Assert.True(other.Complete());
        Assert.False(ring.Complete());
        Assert.True(ring.IsCompleted);
        Assert.NotNull(Take(other));
        Assert.Equal(QueueOutcome.Completed, ring.TryPut([1]));
        while (Take(ring) is not null)
        {
        }

        Assert.Equal(QueueOutcome.Completed, ring.TryTake(out _));
        Assert.True(ring.IsIdle());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(150)]
    public void A_producer_that_dies_before_any_of_its_writes_costs_at_most_its_own_item(int size)
    {
        bool died = true;
        for (int write = 1; died; write++)
        {
            (Tests.Memory.TestMember mortal, QueueRing dying) = NewMember();
            (_, QueueRing ring) = NewMember();
            Assert.Equal(QueueOutcome.Done, ring.TryPut([1]));
            died = !Runs(dying, write, () => dying.TryPut(Enumerable.Repeat((byte)2, size).ToArray()));
            if (died)
            {
                mortal.Die();
            }

            Assert.Equal(QueueOutcome.Done, ring.TryPut([3]));
            Assert.Equal([1], Take(ring));
            byte[]? second = Take(ring);
            if (second is not [3])
            {
                Assert.Equal(size, second!.Length);
                Assert.All(second, static b => Assert.Equal(2, b));
                Assert.Equal([3], Take(ring));
            }

            Assert.Null(Take(ring));
            Assert.Equal(0, ring.Count);
            Assert.True(ring.IsIdle());
            Assert.True(died || write > 5);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(150)]
    public void An_item_whose_consumer_dies_before_any_of_its_writes_goes_to_another_one(int size)
    {
        bool died = true;
        for (int write = 1; died; write++)
        {
            (Tests.Memory.TestMember mortal, QueueRing dying) = NewMember();
            (_, QueueRing ring) = NewMember();
            byte[] item = [.. Enumerable.Repeat((byte)2, size)];
            Assert.Equal(QueueOutcome.Done, ring.TryPut(item));
            Assert.Equal(QueueOutcome.Done, ring.TryPut([3]));
            died = !Runs(dying, write, () => Assert.Equal(QueueOutcome.Done, Take(dying) is null ? QueueOutcome.NotNow : QueueOutcome.Done));
            if (died)
            {
                mortal.Die();
                Assert.Equal(item, Take(ring));
            }

            Assert.Equal([3], Take(ring));
            Assert.Null(Take(ring));
            Assert.Equal(0, ring.Count);
            Assert.True(ring.IsIdle());
            while (ring.TryPut([4]) == QueueOutcome.Done)
            {
            }

            Assert.Equal(Cells - 1, ring.Count);
            while (Take(ring) is not null)
            {
            }
        }
    }

    [Fact]
    public void Of_a_batch_whose_producer_dies_before_any_of_its_writes_a_beginning_is_put()
    {
        bool died = true;
        var put = new HashSet<int>();
        for (int write = 1; died; write++)
        {
            (Tests.Memory.TestMember mortal, QueueRing dying) = NewMember();
            (_, QueueRing ring) = NewMember();
            died = !Runs(dying, write, () => dying.TryPutMany<long>([2, 3, 4, 5, 6], out _));
            if (died)
            {
                mortal.Die();
            }

            Assert.Equal(QueueOutcome.Done, ring.TryPutMany<long>([9, 10], out int count));
            Assert.Equal(2, count);
            long[] got = [.. TakeAll(ring)];
            Assert.Equal([.. new long[] { 2, 3, 4, 5, 6 }[..(got.Length - 2)], 9, 10], got);
            put.Add(got.Length - 2);
            CheckEmpty(ring);
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], put.Order());
    }

    [Fact]
    public void Of_a_batch_whose_consumer_dies_before_any_of_its_writes_others_get_what_it_has_not_given_back()
    {
        bool died = true;
        var left = new HashSet<int>();
        for (int write = 1; died; write++)
        {
            (Tests.Memory.TestMember mortal, QueueRing dying) = NewMember();
            (_, QueueRing ring) = NewMember();
            Assert.Equal(QueueOutcome.Done, ring.TryPutMany<long>([2, 3, 4, 5, 6], out _));
            died = !Runs(dying, write, () =>
            {
                Assert.Equal(QueueOutcome.Done, dying.TryTakeMany(5, sizeof(long), out long position, out int count));
                dying.FreeMany(position, count);
            });
            if (died)
            {
                mortal.Die();
            }

            Assert.Equal(QueueOutcome.Done, ring.TryPut(BitConverter.GetBytes(9L)));
            long[] got = [.. TakeAll(ring)];
            Assert.Equal([.. new long[] { 2, 3, 4, 5, 6 }[^(got.Length - 1)..], 9], got);
            left.Add(got.Length - 1);
            CheckEmpty(ring);
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], left.Order());
    }

    [Fact]
    public void Who_dies_while_it_helps_is_helped()
    {
        // One dies while it puts, the next one while it clears up after it, at every pair of moments.
        for (int first = 1; first <= 9; first++)
        {
            for (int second = 1; second <= 14; second++)
            {
                (Tests.Memory.TestMember mortal, QueueRing dying) = NewMember();
                if (Runs(dying, first, () => dying.TryPut(new byte[100])))
                {
                    Drain(dying);
                    continue;
                }

                mortal.Die();
                (Tests.Memory.TestMember helper, QueueRing helping) = NewMember();
                bool helped = Runs(helping, second, () =>
                {
                    helping.TryPut([9]);
                    Drain(helping);
                });
                if (!helped)
                {
                    helper.Die();
                }

                QueueRing ring = NewMember().Ring;
                Drain(ring);
                Assert.Equal(QueueOutcome.Done, ring.TryPut([7]));
                Assert.Equal([7], Take(ring));
                Assert.Equal(0, ring.Count);
                Assert.True(ring.IsIdle());
            }
        }
    }

    [Fact]
    public async Task Many_threads_put_and_take_and_every_item_comes_out_once_and_in_order()
    {
        const int Each = 50_000;
        const int Producers = 3;
        QueueRing[] rings = [NewMember().Ring, NewMember().Ring];
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(int Consumer, long Item)>();
        int left = Producers * Each;
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (long i = 0; i < Each; i++)
            {
                byte[] item = BitConverter.GetBytes((producer * 1_000_000L) + i);
                while (rings[producer % 2].TryPut(item) != QueueOutcome.Done)
                {
                    Thread.Yield();
                }
            }
        }))];
        Task[] consumers = [.. Enumerable.Range(0, 2).Select(consumer => Task.Run(() =>
        {
            while (Volatile.Read(ref left) > 0)
            {
                if (Take(rings[consumer]) is { } item)
                {
                    seen.Enqueue((consumer, BitConverter.ToInt64(item)));
                    Interlocked.Decrement(ref left);
                }
                else
                {
                    Thread.Yield();
                }
            }
        }))];
        await Task.WhenAll([.. producers, .. consumers]);
        Assert.Equal(Producers * Each, seen.Select(static s => s.Item).Distinct().Count());
        foreach (var perPair in seen.GroupBy(static s => (s.Consumer, s.Item / 1_000_000)))
        {
            long[] items = [.. perPair.Select(static s => s.Item)];
            Assert.Equal(items.Order(), items);
        }
    }

    private static byte[]? Take(QueueRing ring)
    {
        if (!ring.TryReclaim(ring.Epoch, out long position) && ring.TryTake(out position) != QueueOutcome.Done)
        {
            return null;
        }

        byte[] item = new byte[ring.LengthAt(position)];
        ring.CopyOut(position, item);
        ring.Free(position);
        return item;
    }

    private static IEnumerable<long> TakeAll(QueueRing ring)
    {
        while (Take(ring) is { } item)
        {
            yield return BitConverter.ToInt64(item);
        }
    }

    private static void CheckEmpty(QueueRing ring)
    {
        Assert.Equal(0, ring.Count);
        Assert.True(ring.IsIdle());
        while (ring.TryPut([4]) == QueueOutcome.Done)
        {
        }

        Assert.Equal(Cells - 1, ring.Count);
        Drain(ring);
    }

    private static void Drain(QueueRing ring)
    {
        while (Take(ring) is not null)
        {
        }
    }

    /// <summary>Runs something in a process that dies before its n-th write.</summary>
    /// <returns>Whether it came to its end.</returns>
    private static bool Runs(QueueRing ring, int write, Action action)
    {
        int writes = 0;
        ring.BeforeWrite = () =>
        {
            if (++writes == write)
            {
                throw new OperationCanceledException("Dead.");
            }
        };
        try
        {
            action();
            ring.BeforeWrite = null;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private (Tests.Memory.TestMember Member, QueueRing Ring) NewMember()
    {
        var member = new Tests.Memory.TestMember(_root);
        _members.Add(member);
        return (member, new QueueRing(_block, member.Participant));
    }
}
