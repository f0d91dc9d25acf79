using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Items that do not fit into the queue's buffer, and items that refer to shared objects, also after their producer has gone.</summary>
public sealed class QueueItemTests
{
    public static TheoryData<StartMethod> Methods => [StartMethod.Spawn, StartMethod.Standby];

    [Fact]
    public void Items_larger_than_the_buffer_lie_elsewhere_and_come_in_their_order()
    {
        using var queue = new ProcessQueue<byte[]>(new() { BufferSize = 4096 });
        byte[][] items = [.. Enumerable.Range(0, 6).Select(static i => Enumerable.Repeat((byte)i, i % 2 == 0 ? 10 : 1_000_000).ToArray())];
        queue.PutMany(items);
        Assert.All(items, item => Assert.True(item.AsSpan().SequenceEqual(queue.Get())));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void The_bytes_that_wait_are_bounded_but_one_item_may_be_larger()
    {
        using var queue = new ProcessQueue<byte[]>(new() { BufferSize = 4096, MaxBytes = 100_000 });
        byte[] item = new byte[60_000];
        Assert.True(queue.TryPut(item));
        Assert.False(queue.TryPut(item));
        Assert.True(queue.TryPut([1]));
        Assert.Equal(60_000, queue.Get().Length);
        Assert.True(queue.TryPut(item));
        Assert.Single(queue.Get());
        Assert.Equal(60_000, queue.Get().Length);
        Assert.True(queue.TryPut(new byte[300_000]));
        Assert.False(queue.TryPut([1]));
        Assert.Equal(300_000, queue.Get().Length);
    }

    [Theory, MemberData(nameof(Methods))]
    public void An_item_outlives_the_process_that_put_it(StartMethod method)
    {
        using var queue = new ProcessQueue<Package>(new() { BufferSize = 4096 });
        using var child = ChildProcess.Create(
            static (ProcessQueue<Package> given) =>
            {
                for (int i = 0; i < 3; i++)
                {
                    var probe = new SharedProbe(i == 1 ? 200_000 : 128) { [0] = 40 + i };
                    given.Put(new Package(new string('x', 20_000 * i), probe));
                    probe.Dispose();
                }
            },
            queue);
        child.StartMethod = method;
        child.Start();
        child.Join();
        Assert.Equal(0, child.ExitCode);
        for (int i = 0; i < 3; i++)
        {
            Package package = queue.Get();
            Assert.Equal(20_000 * i, package.Text.Length);
            Assert.Equal(40 + i, package.Probe[0]);
            package.Probe.Dispose();
        }
    }

    [Fact]
    public async Task A_queue_travels_through_a_queue_and_works_at_the_other_end()
    {
        using var queue = new ProcessQueue<ProcessQueue<int>>();
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1 });
        using var inner = new ProcessQueue<int>();
        queue.Put(inner);
        Task<int> sum = pool.RunAsync(
            static given =>
            {
                using ProcessQueue<int> got = given.Get();
                return got.Get() + got.Get();
            },
            queue);
        inner.PutMany([3, 4]);
        Assert.Equal(7, await sum);
    }

    [Fact]
    public async Task What_was_taken_leaves_nothing_with_the_root()
    {
        using var queue = new ProcessQueue<Package>(new() { BufferSize = 4096 });
        using var probe = new SharedProbe(128);
        queue.Put(new Package(new string('y', 50_000), probe));
        _ = queue.Get();
        BrokerCounts before = await CountsAsync();
        for (int i = 0; i < 20; i++)
        {
            queue.Put(new Package(new string('y', 50_000), probe));
            queue.Get().Probe.Dispose();
        }

        Assert.Equal(before, await CountsAsync());
    }

    private static async Task<BrokerCounts> CountsAsync()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        BrokerCounts counts;
        do
        {
            counts = ProcessTree.Root.Broker.Counts;
            await Task.Delay(50);
        }
        while (counts != ProcessTree.Root.Broker.Counts);
        return counts;
    }

    public sealed record Package(string Text, SharedProbe Probe);
}
