using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Tests.Memory;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Noise where items or the ring should be: an answer or one of two exceptions, soon, and nothing written elsewhere.</summary>
public sealed class QueueFuzzTests
{
    private const int Rounds = 3000;
    private const byte Canary = 0xA5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Noise_in_items_is_read_as_an_item_or_refused(int seed)
    {
        using var queue = new ProcessQueue<object>(new() { BufferSize = 4096 });
        using var probe = new SharedProbe();
        object[] items = ["text", new byte[100_000], new Dictionary<string, int[]> { ["a"] = [1, 2] }, new Package(new string('x', 5000), probe), new Package("y", probe)];
        foreach (object item in items)
        {
            using QueueMessage message = QueueMessage.Of(item, queue.Port);
            byte[] bytes = message.Bytes.ToArray();
            await Task.Run(
                () =>
                {
                    var random = new Random(seed);
                    for (int i = 0; i < Rounds; i++)
                    {
                        Read(Noise.Mutate(random, bytes), queue.Port);
                    }
                },
                TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public async Task Noise_in_the_ring_is_worked_with_or_refused(int seed, bool withHeader)
    {
        await Task.Run(
            () =>
            {
                var random = new Random(seed);
                for (int i = 0; i < Rounds; i++)
                {
                    Work(random, withHeader);
                }
            },
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Noise_in_the_table_of_stores_is_worked_with_or_refused(int seed)
    {
        await Task.Run(
            () =>
            {
                var random = new Random(seed);
                using var root = new TreeRoot();
                for (int i = 0; i < 150; i++)
                {
                    WorkWithStores(random, root);
                }
            },
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken);
    }

    private static unsafe void WorkWithStores(Random random, TreeRoot root)
    {
        const int Cells = 16;
        long size = QueueLayout.SizeFor(Cells);
        SharedBlock block = SharedBlock.Allocate(SharedKind.Queue, size + 4096, alone: true);
        using var member = new TestMember(root);
        try
        {
            new Span<byte>(block.Pointer + size, 4096).Fill(Canary);
            QueueRing.Prepare(block, Cells, 12, 1 << 30, tracksCompletion: false);
            RingPort[] ports = [new(block, 0, member.Participant, member.Waits), new(block, 0, member.Participant, member.Waits)];
            UseStores(ports[0], random);
            Noise.Scribble(random, new Span<byte>(block.Pointer + QueueLayout.FirstStore, (1 + random.Next(4)) * QueueLayout.StoreSize));
            for (int i = 0; i < 20; i++)
            {
                UseStores(ports[i % 2], random);
            }

            Assert.False(new Span<byte>(block.Pointer + size, 4096).ContainsAnyExcept(Canary), "Something was written behind the ring.");
        }
        finally
        {
            block.Evacuate();
        }
    }

    /// <summary>An item that comes out is as long as one that was put.</summary>
    private static void UseStores(RingPort port, Random random)
    {
        if (random.Next(2) == 0)
        {
            using QueueMessage message = QueueMessage.Of(new byte[5000], null, port);
            if (port.TryPut(message.Bytes, message.Elsewhere) == QueueOutcome.Done)
            {
                message.Delivered();
            }
        }
        else if (port.TryTake(out long position) == QueueOutcome.Done)
        {
            byte[] bytes = new byte[port.Ring.LengthAt(position)];
            port.Ring.CopyOut(position, bytes);
            try
            {
                var item = ReceivedItem.Open(bytes, port.Stores);
                Assert.Equal(5000, item.Payload.Length);
                item.GiveUp();
            }
            catch (PayloadException)
            {
                // As documented: this item is concerned.
            }

            port.Free(position);
        }
    }

    private static void Read(byte[] bytes, RingPort port)
    {
        try
        {
            using var item = ReceivedItem.Open(bytes, port.Stores);
            item.Read<object>();
        }
        catch (Exception problem) when (problem is PayloadException or InvalidDataException)
        {
            // As documented.
        }
    }

    private static unsafe void Work(Random random, bool withHeader)
    {
        const int Cells = 16;
        long size = QueueLayout.SizeFor(Cells);
        SharedBlock block = SharedBlock.Allocate(SharedKind.Queue, size + 4096, alone: true);
        using var root = new TreeRoot();
        using var member = new TestMember(root);
        try
        {
            var all = new Span<byte>(block.Pointer, (int)size);
            var behind = new Span<byte>(block.Pointer + size, 4096);
            behind.Fill(Canary);
            QueueRing.Prepare(block, Cells, 12, 1 << 20, tracksCompletion: false);
            var ring = new QueueRing(block, member.Participant) { PatienceLimit = 1 };
            for (int i = random.Next(40); i > 0; i--)
            {
                Use(ring, random);
            }

            Noise.Scribble(random, withHeader ? all : all[QueueLayout.Tail..]);
            Guarded(() => ring = withHeader ? new QueueRing(block, member.Participant) { PatienceLimit = 1 } : ring);
            for (int i = 0; i < 40; i++)
            {
                Guarded(() => Use(ring, random));
            }

            Assert.False(behind.ContainsAnyExcept(Canary), "Something was written behind the ring.");
        }
        finally
        {
            block.Evacuate();
        }
    }

    private static void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidDataException)
        {
            // As documented.
        }
    }

    private static void Use(QueueRing ring, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                ring.TryPut(new byte[random.Next(Math.Clamp(ring.LargestItem, 1, 160))], random.Next(2) * random.Next(1 << 20));
                break;
            case 1:
                ring.TryPutMany<long>(new long[1 + random.Next(20)], out _);
                break;
            case 2 or 3:
                if (ring.TryReclaim(ring.Epoch + (uint)random.Next(2), out long position) || ring.TryTake(out position) == QueueOutcome.Done)
                {
                    ring.CopyOut(position, new byte[ring.LengthAt(position)]);
                    ring.Free(position);
                }

                break;
            case 4:
                if (ring.TryTakeMany(20, 8, out long first, out int count) == QueueOutcome.Done && count > 1)
                {
                    ring.CopyOut<long>(first, new long[count]);
                    ring.FreeMany(first, count);
                }

                break;
            case 5:
                _ = ring.IsIdle();
                break;
            case 6:
                _ = (ring.Count, ring.IsCompleted);
                break;
            case 7 when random.Next(10) == 0:
                ring.Complete();
                break;
        }
    }

    internal sealed record Package(string Text, SharedProbe Probe);
}
