using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>What becomes of leased items whose consumer gives up without dying.</summary>
public sealed class QueueLeaseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_done_when_its_consumer_is_disposed_of_goes_to_another_one_at_once()
    {
        using var queue = new ProcessQueue<int>(new() { TracksCompletion = true });
        queue.PutMany([1, 2, 3, 4]);
        ProcessQueue<int> other = Again(queue);
        Assert.Equal(3, other.GetMany(new int[3]));
        other.TaskDone();
        Assert.Equal(4, queue.Get());
        Assert.False(queue.TryGet(out _));
        Task<int> waiting = queue.GetAsync(Stop).AsTask();
        Assert.False(queue.Join(TimeSpan.Zero, Stop));
        other.Dispose();
        Assert.Equal([2, 3], new[] { await waiting, queue.Get() }.Order());
        Assert.Equal(0, queue.TryGetMany(new int[3]));
        queue.TaskDone();
        queue.TaskDone();
        Assert.False(queue.Join(TimeSpan.Zero, Stop));
        queue.TaskDone();
        Assert.True(queue.Join(TimeSpan.Zero, Stop));
    }

    [Fact]
    public void What_a_leased_item_refers_to_is_there_for_the_next_one()
    {
        using var queue = new ProcessQueue<Package>(new() { TracksCompletion = true, BufferSize = 4096 });
        using var probe = new SharedProbe(128) { [0] = 42 };
        queue.Put(new Package(new string('x', 50_000), probe));
        ProcessQueue<Package> other = Again(queue);
        for (int i = 0; i < 3; i++)
        {
            other.Get().Probe.Dispose();
            other.Dispose();
            other = Again(queue);
        }

        Package package = queue.Get();
        Assert.Equal((50_000, 42), (package.Text.Length, package.Probe[0]));
        package.Probe.Dispose();
        queue.TaskDone();
        Assert.True(queue.Join(TimeSpan.Zero, Stop));
        other.Dispose();
    }

    [Fact]
    public async Task Whoever_takes_while_its_object_is_disposed_of_keeps_nothing()
    {
        using var queue = new ProcessQueue<int>(new() { TracksCompletion = true });
        for (int round = 0; round < 300; round++)
        {
            queue.PutMany([.. Enumerable.Range(0, 20)]);
            ProcessQueue<int> other = Again(queue);
            int done = 0;
            Task taking = Task.Run(
                () =>
                {
                    while (other.TryGet(out _))
                    {
                        other.TaskDone();
                        done++;
                    }
                },
                Stop);
            Thread.SpinWait(round * 10);
            other.Dispose();
            await taking.ContinueWith(static _ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
            int left = 0;
            while (queue.TryGet(out _))
            {
                queue.TaskDone();
                left++;
            }

            // What was disposed of between taking and being done was taken again.
            Assert.Equal(20, done + left);
            Assert.True(queue.Join(TimeSpan.Zero, Stop));
        }
    }

    private static ProcessQueue<T> Again<T>(ProcessQueue<T> queue)
    {
        using var courier = new ProcessQueue<ProcessQueue<T>>();
        courier.Put(queue);
        return courier.Get();
    }

    internal sealed record Package(string Text, SharedProbe Probe);
}
