using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Tests.Memory;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Large items lie in stores, which are used again and again, and belong to somebody whoever dies.</summary>
public sealed class QueueStoreTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _block;

    public QueueStoreTests()
    {
        const int Cells = 64;
        _block = SharedBlock.Allocate(SharedKind.Queue, QueueLayout.SizeFor(Cells), alone: true);
        QueueRing.Prepare(_block, Cells, capacity: 1000, maxBytes: 1L << 40, tracksCompletion: false);
    }

    public void Dispose()
    {
        _members.ForEach(static member => member.Dispose());
        _root.Dispose();
        _block.Evacuate();
    }

    [Fact]
    public void Large_items_one_after_the_other_need_one_store()
    {
        using var queue = new ProcessQueue<byte[]>();
        queue.Put(new byte[100_000]);
        Assert.Equal(100_000, queue.Get().Length);
        for (int i = 0; i < 100; i++)
        {
            byte[] item = [.. Enumerable.Repeat((byte)i, 1_000_000 + i)];
            queue.Put(item);
            Assert.True(item.AsSpan().SequenceEqual(queue.Get()));
        }

        StoreReference next = queue.Port.Stores.TryClaim()!.Reference;
        Assert.Equal(new StoreReference(0, 101), next);
        queue.Port.Stores.Free(next);
    }

    [Fact]
    public void Items_that_find_no_store_lie_elsewhere_and_come_in_their_order()
    {
        using var queue = new ProcessQueue<byte[]>(new() { BufferSize = 32 * 1024 });
        int[] lengths = [.. Enumerable.Range(0, QueueLayout.Stores + 10).Select(static i => 70_000 + i), RingStores.Size, RingStores.Size + 100];
        foreach (int length in lengths)
        {
            queue.Put([.. Enumerable.Repeat((byte)length, length)]);
        }

        foreach (int length in lengths)
        {
            byte[] got = queue.Get();
            Assert.Equal(length, got.Length);
            Assert.False(got.AsSpan().ContainsAnyExcept((byte)length));
        }

        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_could_not_be_put_leaves_its_store_to_others()
    {
        using var queue = new ProcessQueue<object>(new() { Capacity = 1 });
        queue.Put(1);
        for (int i = 0; i < 3 * QueueLayout.Stores; i++)
        {
            Assert.False(queue.TryPut(new byte[100_000]));
            Assert.Throws<UnserializableException>(() => queue.Put(new object[] { new byte[100_000], new Thread(static () => { }) }));
        }

        using var probe = new SharedProbe();
        Assert.Equal(1, queue.Get());
        queue.Put(new Package(new byte[100_000], new string('ä', 200_000), probe));
        var got = (Package)queue.Get();
        Assert.Equal((100_000, 200_000), (got.Bytes.Length, got.Text.Length));
        Assert.Equal('ä', got.Text[^1]);
        got.Probe.Dispose();
    }

    [Fact]
    public void Whoever_dies_while_it_puts_a_large_item_takes_no_store_with_it()
    {
        bool died = true;
        for (int write = 1; died; write++)
        {
            (TestMember mortal, RingPort dying) = NewMember();
            died = !Runs(dying, write, () => Put(dying, 10_000));
            if (died)
            {
                mortal.Die();
            }

            (_, RingPort port) = NewMember();
            Assert.True(Put(port, 20_000));
            int[] lengths = [.. TakeAll(port)];
            Assert.Equal(20_000, lengths[^1]);
            Assert.All(lengths[..^1], static length => Assert.Equal(10_000, length));
            Assert.Equal(QueueLayout.Stores, CountFree(port));
            Assert.True(died || write > 5);
        }
    }

    [Fact]
    public void Whoever_dies_while_it_takes_a_large_item_leaves_its_store_to_the_item_or_to_others()
    {
        bool died = true;
        for (int write = 1; died; write++)
        {
            (TestMember mortal, RingPort dying) = NewMember();
            (_, RingPort port) = NewMember();
            Assert.True(Put(port, 10_000));
            Assert.True(Put(port, 20_000));
            died = !Runs(dying, write, () => Assert.Equal(10_000, Take(dying)));
            if (died)
            {
                mortal.Die();
            }

            // Others may put while the item waits for who takes it over.
            Assert.True(Put(port, 30_000));
            int[] lengths = [.. TakeAll(port)];
            Assert.True(lengths is [10_000, 20_000, 30_000] or [20_000, 30_000], string.Join(", ", lengths));
            Assert.Equal(QueueLayout.Stores, CountFree(port));
            Assert.True(died || write > 5);
        }
    }

    [Fact]
    public void A_store_used_again_is_not_found_by_an_older_reference()
    {
        (_, RingPort port) = NewMember();
        StoreReference first = port.Stores.TryClaim()!.Reference;
        port.Stores.Free(first);
        Assert.Throws<PayloadException>(() => port.Stores.TakeOver(first));
        StoreReference second = port.Stores.TryClaim()!.Reference;
        Assert.Equal(first with { Generation = first.Generation + 1 }, second);
        Assert.Throws<PayloadException>(() => port.Stores.TakeOver(first));
        port.Stores.Free(first);
        Assert.Equal(second, port.Stores.TakeOver(second).Reference);
        Assert.Throws<PayloadException>(() => port.Stores.TakeOver(new StoreReference(-1, 0)));
        Assert.Throws<PayloadException>(() => port.Stores.TakeOver(new StoreReference(QueueLayout.Stores, 0)));
    }

    [Fact]
    public void An_item_for_which_there_is_no_memory_is_not_put_and_keeps_no_store()
    {
        using var queue = new ProcessQueue<byte[]>();
        using var child = ChildProcess.Create(
            static (ProcessQueue<byte[]> queue) =>
            {
                using (new DescriptorLimit(0))
                {
                    for (int i = 0; i < 2 * QueueLayout.Stores; i++)
                    {
                        Assert.Throws<InsufficientMemoryException>(() => queue.Put(new byte[100_000]));
                    }
                }

                Assert.Equal(0, queue.Count);
                queue.Put(new byte[100_000]);
                Assert.Equal(1, queue.Port.Stores.TryClaim()!.Reference.Index);
            },
            queue);
        child.Start();
        child.Join();
        Assert.Equal(0, child.ExitCode);
        Assert.Equal(100_000, queue.Get().Length);
    }

    private static bool Put(RingPort port, int length)
    {
        using QueueMessage message = QueueMessage.Of(Enumerable.Repeat((byte)(length / 10_000), length).ToArray(), null, port);
        bool put = port.Ring.TryPut(message.Bytes, message.Elsewhere) == QueueOutcome.Done;
        if (put)
        {
            message.Delivered();
        }

        return put;
    }

    /// <returns>The length of the item; null: there is none.</returns>
    private static int? Take(RingPort port)
    {
        if (port.TryTake(out long position) != QueueOutcome.Done)
        {
            return null;
        }

        byte[] bytes = new byte[port.Ring.LengthAt(position)];
        port.Ring.CopyOut(position, bytes);
        var item = ReceivedItem.Open(bytes, port.Stores);
        int length = item.Payload.Length;
        Assert.False(item.Payload.ContainsAnyExcept((byte)(length / 10_000)));
        port.Ring.Free(position);
        item.GiveUp();
        return length;
    }

    private static IEnumerable<int> TakeAll(RingPort port)
    {
        while (Take(port) is { } length)
        {
            yield return length;
        }
    }

    private static int CountFree(RingPort port)
    {
        List<Store> claimed = [];
        while (port.Stores.TryClaim() is { } store)
        {
            claimed.Add(store);
        }

        claimed.ForEach(store => port.Stores.Free(store.Reference));
        return claimed.Count;
    }

    /// <summary>Runs something in a process that dies before its n-th write.</summary>
    /// <returns>Whether it came to its end.</returns>
    private static bool Runs(RingPort port, int write, Action action)
    {
        int writes = 0;
        port.Ring.BeforeWrite = () =>
        {
            if (++writes >= write)
            {
                throw new OperationCanceledException("Dead.");
            }
        };
        try
        {
            action();
            port.Ring.BeforeWrite = null;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private (TestMember Member, RingPort Port) NewMember()
    {
        var member = new TestMember(_root);
        _members.Add(member);
        return (member, new RingPort(_block, 0, member.Participant, member.Waits));
    }

    internal sealed record Package(byte[] Bytes, string Text, SharedProbe Probe);
}
