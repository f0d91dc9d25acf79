using System.Diagnostics;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>The queue within one process; items of plain numbers and of objects take different ways.</summary>
public sealed class ProcessQueueTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Items_come_out_in_the_order_of_their_putting()
    {
        using var numbers = new ProcessQueue<int>();
        using var texts = new ProcessQueue<string?>();
        numbers.PutMany([1, 2, 3]);
        texts.PutMany((string?[])["a", null, new string('x', 5000)]);
        Assert.Equal((3, 3), (numbers.Count, texts.Count));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => numbers.Get()));
        Assert.Equal(["a", null, new string('x', 5000)], Enumerable.Range(0, 3).Select(_ => texts.Get()));
        Assert.True(numbers.IsEmpty && texts.IsEmpty);
    }

    [Fact]
    public async Task Who_puts_into_a_full_queue_waits_for_room()
    {
        using var queue = new ProcessQueue<int>(new() { Capacity = 2 });
        queue.Put(1);
        Assert.True(queue.TryPut(2));
        Assert.True(queue.IsFull);
        Assert.False(queue.TryPut(3));
        Assert.False(queue.TryPut(3, Short));
        Assert.False(await queue.TryPutAsync(3, Short, Stop));
        Task[] putting = [queue.PutAsync(3, Stop).AsTask(), Task.Run(() => queue.Put(4), Stop)];
        await Task.Delay(Short, Stop);
        Assert.All(putting, static task => Assert.False(task.IsCompleted));
        var got = new HashSet<int> { queue.Get(), queue.Get() };
        await Task.WhenAll(putting);
        got.UnionWith([queue.Get(), queue.Get()]);
        Assert.Equal([1, 2, 3, 4], got.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_gets_from_an_empty_queue_waits_for_an_item(bool async)
    {
        using var queue = new ProcessQueue<string>();
        Assert.False(queue.TryGet(out _));
        long start = Stopwatch.GetTimestamp();
        Assert.False(async ? (await queue.TryGetAsync(Short, Stop)).IsTaken : queue.TryGet(out _, Short));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Task<string>[] getting = [.. Enumerable.Range(0, 5).Select(_ => async ? queue.GetAsync(Stop).AsTask() : Task.Run(() => queue.Get(), Stop))];
        await Task.Delay(Short, Stop);
        queue.PutMany(["a", "b", "c", "d", "e"]);
        Assert.Equal(["a", "b", "c", "d", "e"], (await Task.WhenAll(getting)).Order());
    }

    [Fact]
    public async Task Items_put_at_once_wake_as_many_as_wait()
    {
        using var queue = new ProcessQueue<int>();
        for (int round = 0; round < 200; round++)
        {
            Task<int>[] getting = [.. Enumerable.Range(0, 4).Select(_ => queue.GetAsync(Stop).AsTask())];
            queue.PutMany([1, 2, 3, 4]);
            Assert.Equal([1, 2, 3, 4], (await Task.WhenAll(getting)).Order());
        }
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_takes_and_puts_nothing()
    {
        using var queue = new ProcessQueue<int>(new() { Capacity = 1 });
        using var source = new CancellationTokenSource();
        Task<int>[] getting = [queue.GetAsync(source.Token).AsTask(), Task.Run(() => queue.Get(source.Token), Stop)];
        await Task.Delay(Short, Stop);
        await source.CancelAsync();
        foreach (Task<int> task in getting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        queue.Put(1);
        Assert.ThrowsAny<OperationCanceledException>(() => queue.Put(2, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.PutAsync(2, source.Token).AsTask());
        Assert.Equal(1, queue.Get());
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public async Task A_completed_queue_is_drained_and_then_says_the_end()
    {
        using var queue = new ProcessQueue<int>();
        queue.PutMany([1, 2]);
        Assert.False(queue.IsCompleted);
        queue.Complete();
        queue.Complete();
        Assert.True(queue.IsCompleted);
        Assert.Throws<QueueCompletedException>(() => queue.Put(3));
        await Assert.ThrowsAsync<QueueCompletedException>(() => queue.PutAsync(3, Stop).AsTask());
        Assert.Equal([1, 2], queue.GetAll());
        Assert.Throws<QueueCompletedException>(() => queue.Get());
        Assert.False(queue.TryGet(out _, Timeout.InfiniteTimeSpan));
        Assert.Equal(0, queue.GetMany(new int[3]));
        await foreach (int item in queue.GetAllAsync(Stop))
        {
            Assert.Fail($"{item} after the end");
        }
    }

    [Fact]
    public async Task Completing_calls_back_all_who_wait()
    {
        using var queue = new ProcessQueue<int>(new() { Capacity = 1 });
        Task<int>[] getting = [.. Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? queue.GetAsync(Stop).AsTask() : Task.Run(() => queue.Get(), Stop))];
        await Task.Delay(Short, Stop);
        queue.Complete();
        foreach (Task<int> task in getting)
        {
            await Assert.ThrowsAsync<QueueCompletedException>(() => task);
        }

        using var full = new ProcessQueue<int>(new() { Capacity = 1 });
        full.Put(1);
        Task[] putting = [full.PutAsync(2, Stop).AsTask(), Task.Run(() => full.Put(3), Stop)];
        await Task.Delay(Short, Stop);
        full.Complete();
        foreach (Task task in putting)
        {
            await Assert.ThrowsAsync<QueueCompletedException>(() => task);
        }
    }

    [Fact]
    public async Task Disposing_calls_back_who_waits_here_and_leaves_the_queue_to_others()
    {
        var queue = new ProcessQueue<int>();
        Task<int>[] getting = [queue.GetAsync(Stop).AsTask(), Task.Run(() => queue.Get(), Stop)];
        await Task.Delay(Short, Stop);
        queue.Dispose();
        queue.Dispose();
        foreach (Task<int> task in getting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
        }

        Assert.Throws<ObjectDisposedException>(() => queue.Put(1));
        Assert.Throws<ObjectDisposedException>(() => queue.TryGet(out _));
        Assert.Throws<ObjectDisposedException>(() => queue.Count);
        Assert.Throws<ObjectDisposedException>(() => queue.Complete());
    }

    [Fact]
    [Trait("PainPoint", "24")]
    public void What_cannot_be_sent_is_refused_by_the_call_that_puts_it()
    {
        using var queue = new ProcessQueue<object>(new() { BufferSize = 4096 });
        Assert.Throws<UnserializableException>(() => queue.Put(new Thread(static () => { })));
        Assert.True(queue.IsEmpty);
        queue.Put(1.5);
        Assert.Equal(1.5, queue.Get());
    }

    [Fact]
    public async Task Joining_waits_until_all_that_was_taken_is_done()
    {
        using var queue = new ProcessQueue<int>(new() { TracksCompletion = true });
        Assert.True(queue.Join(TimeSpan.Zero));
        queue.PutMany([1, 2]);
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
        Assert.Equal(1, queue.Get());
        Assert.Equal(2, queue.Get());
        Assert.False(queue.Join(Short));
        Assert.False(await queue.JoinAsync(Short, Stop));
        queue.TaskDone();
        Task[] joining = [queue.JoinAsync(Stop).AsTask(), Task.Run(() => queue.Join(Stop), Stop)];
        await Task.Delay(Short, Stop);
        Assert.All(joining, static task => Assert.False(task.IsCompleted));
        queue.TaskDone();
        await Task.WhenAll(joining);
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
        using var plain = new ProcessQueue<int>();
        Assert.Throws<InvalidOperationException>(plain.TaskDone);
        Assert.Throws<InvalidOperationException>(() => plain.Join(Stop));
    }

    [Fact]
    public void Bad_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessQueueOptions { Capacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessQueueOptions { BufferSize = 100 });
        using var queue = new ProcessQueue<int>();
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryPut(1, TimeSpan.FromMilliseconds(-2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryGet(out _, TimeSpan.FromMilliseconds(-2)));
    }
}
