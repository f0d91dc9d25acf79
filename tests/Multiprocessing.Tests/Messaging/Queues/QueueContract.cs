using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Messaging.Queues;

public sealed class QueueOfThreadsTests() : QueueContract(OtherSide.Threads);

public sealed class QueueOfSpawnedProcessesTests() : QueueContract(OtherSide.Spawned);

public sealed class QueueOfStandbyProcessesTests() : QueueContract(OtherSide.Standby);

public abstract class QueueContract(OtherSide side) : SharedContract(side)
{
    [Fact]
    [Trait("PainPoint", "30")]
    public async Task What_is_put_elsewhere_in_whatever_way_comes_here_in_its_order()
    {
        using var numbers = new ProcessQueue<int>();
        using var texts = new ProcessQueue<string?>(new() { BufferSize = 4096 });
        await Others.RunAsync(
            static async queues =>
            {
                queues.numbers.Put(0);
                await queues.numbers.PutAsync(1);
                Assert.True(queues.numbers.TryPut(2));
                Assert.True(await queues.numbers.TryPutAsync(3, Short));
                queues.numbers.PutMany([4, 5, 6]);
                queues.numbers.PutMany(Enumerable.Range(7, 3));
                queues.texts.PutMany(["a", null, new string('x', 20_000)]);
                await queues.texts.PutAsync("d");
            },
            (numbers, texts));
        Assert.Equal((10, 4), (numbers.Count, texts.Count));
        Assert.Equal(0, numbers.Get());
        Assert.Equal(1, await numbers.GetAsync(TestEnd));
        Assert.True(numbers.TryGet(out int two));
        Assert.Equal(2, two);
        Assert.Equal((true, 3), await numbers.TryGetAsync(Short, TestEnd));
        int[] rest = new int[8];
        Assert.Equal(6, numbers.GetMany(rest));
        Assert.Equal([4, 5, 6, 7, 8, 9], rest[..6]);
        string?[] all = new string?[5];
        Assert.Equal(4, texts.GetMany(all));
        Assert.Equal(["a", null, new string('x', 20_000), "d"], all[..4]);
        Assert.True(await Others.RunAsync(static x => x.IsEmpty && !x.IsFull, numbers));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_an_item_elsewhere_gets_one_that_is_put_here(bool task)
    {
        using var queue = new ProcessQueue<string>();
        Task<string>[] getting =
        [
            .. Enumerable.Range(0, Workers).Select(_ => task
                ? Others.RunAsync(static async x => await x.GetAsync(), queue)
                : Others.RunAsync(static x => x.Get(), queue)),
        ];
        await Task.Delay(Short, TestEnd);
        Assert.All(getting, static one => Assert.False(one.IsCompleted));
        queue.PutMany(["a", "b", "c"]);
        Assert.Equal(["a", "b", "c"], (await Task.WhenAll(getting)).Order());
        Assert.False(await Others.RunAsync(static x => x.TryGet(out _, Short), queue));
        Assert.False(await Others.RunAsync(static async x => (await x.TryGetAsync(Short)).IsTaken, queue));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_puts_elsewhere_into_a_full_queue_waits_until_there_is_room(bool task)
    {
        using var queue = new ProcessQueue<int>(new() { Capacity = 2 });
        queue.PutMany([1, 2]);
        Assert.True(await Others.RunAsync(static x => x.IsFull && !x.TryPut(9) && !x.TryPut(9, Short), queue));
        Assert.False(await Others.RunAsync(static async x => await x.TryPutAsync(9, Short), queue));
        Task putting = task
            ? Others.RunAsync(static async x => await x.PutAsync(3), queue)
            : Others.RunAsync(static x => x.Put(3), queue);
        await Task.Delay(Short, TestEnd);
        Assert.False(putting.IsCompleted);
        Assert.Equal(1, queue.Get());
        await putting;
        Assert.Equal([2, 3], (int[])[queue.Get(), queue.Get()]);
    }

    [Fact]
    public async Task Batches_larger_than_the_queue_go_through_it_piece_by_piece()
    {
        const int Count = 100_000;
        using var queue = new ProcessQueue<int>(new() { Capacity = 100 });
        Task putting = Others.RunAsync(static x => x.PutMany([.. Enumerable.Range(0, Count)]), queue);
        int[] batch = new int[77];
        int expected = 0;
        while (expected < Count)
        {
            int count = queue.GetMany(batch);
            Assert.True(queue.Count <= 100);
            Assert.Equal(Enumerable.Range(expected, count), batch[..count]);
            expected += count;
        }

        await putting;
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public async Task A_wait_elsewhere_that_is_cancelled_takes_nothing_and_puts_nothing()
    {
        using var queue = new ProcessQueue<int>(new() { Capacity = 1 });
        await Others.RunAsync(
            static async x =>
            {
                using var first = new CancellationTokenSource(Short);
                Assert.ThrowsAny<OperationCanceledException>(() => x.Get(first.Token));
                using var second = new CancellationTokenSource(Short);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => x.GetAsync(second.Token).AsTask());
            },
            queue);
        queue.Put(1);
        await Others.RunAsync(
            static async x =>
            {
                using var first = new CancellationTokenSource(Short);
                Assert.ThrowsAny<OperationCanceledException>(() => x.PutMany([2, 3], first.Token));
                using var second = new CancellationTokenSource(Short);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => x.PutAsync(2, second.Token).AsTask());
            },
            queue);
        Assert.Equal(1, queue.Get());
        Assert.False(queue.TryGet(out _));
    }

    [Fact]
    public async Task Completing_here_ends_all_elsewhere_when_all_is_taken()
    {
        using var queue = new ProcessQueue<int>();
        Task<int>[] sums =
        [
            Others.RunAsync(static x => x.GetAll().Sum(), queue),
            Others.RunAsync(SumAsync, queue),
            Others.RunAsync(static x => SumOfBatches(x), queue),
        ];
        for (int i = 0; i < 1000; i++)
        {
            queue.Put(i);
        }

        queue.Complete();
        Assert.Equal(999 * 1000 / 2, (await Task.WhenAll(sums)).Sum());
        Assert.True(await Others.RunAsync(static x => x.IsCompleted, queue));
        await Assert.ThrowsAsync<QueueCompletedException>(() => Others.RunAsync(static x => x.Put(1), queue));
        await Assert.ThrowsAsync<QueueCompletedException>(() => Others.RunAsync(static x => x.PutMany([1, 2]), queue));
        await Assert.ThrowsAsync<QueueCompletedException>(() => Others.RunAsync(static x => x.Get(), queue));
    }

    [Fact]
    public async Task Completing_elsewhere_calls_back_who_waits_here()
    {
        using var queue = new ProcessQueue<int>();
        Task<int>[] getting = [queue.GetAsync(TestEnd).AsTask(), OnThreadAsync(() => queue.Get())];
        await Task.Delay(Short, TestEnd);
        await Others.RunAsync(static x => x.Complete(), queue);
        foreach (Task<int> one in getting)
        {
            await Assert.ThrowsAsync<QueueCompletedException>(() => one);
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(3)]
    public async Task Many_put_and_many_take_and_each_item_comes_once_and_in_the_order_of_its_producer(int capacity)
    {
        const int Each = 20_000;
        using var there = new ProcessQueue<long>(new() { Capacity = capacity });
        using var back = new ProcessQueue<long>();
        Task[] relays = [.. Enumerable.Range(0, Workers - 1).Select(i => Others.RunAsync(i == 0 ? Relay : RelayBatches, (there, back)))];
        Task[] producers =
        [
            Others.RunAsync(static x => PutAll(x, 1, Each), there),
            OnThreadAsync(() => PutAll(there, 2, Each)),
            OnThreadAsync(() => PutAll(there, 3, Each)),
        ];
        Task finished = Task.WhenAll(producers).ContinueWith(_ => there.Complete(), TestEnd, default, TaskScheduler.Default);
        var got = new HashSet<long>();
        for (int i = 0; i < 3 * Each; i++)
        {
            Assert.True(got.Add(await back.GetAsync(TestEnd)));
        }

        await Task.WhenAll([.. producers, finished, .. relays]);
        Assert.True(back.IsEmpty);
    }

    [Fact]
    [Trait("PainPoint", "25")]
    public async Task What_processes_leave_behind_stays_when_they_have_gone()
    {
        using var queue = new ProcessQueue<string>(new() { BufferSize = 4096 });
        await Others.RunAsync(static x => x.PutMany(["a", new string('b', 50_000)]), queue);
        await Others.DisposeAsync();
        Assert.Equal("a", queue.Get());
        Assert.Equal(50_000, queue.Get().Length);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public async Task Joining_waits_for_those_who_work_elsewhere()
    {
        using var queue = new ProcessQueue<int>(new() { TracksCompletion = true });
        using var go = new ProcessSemaphore(0, recoverPermits: false);
        queue.PutMany([1, 2, 3]);
        Task working = Others.RunAsync(
            static x =>
            {
                Assert.Equal(2, x.queue.GetMany(new int[2]));
                x.queue.Get();
                x.go.Acquire();
                x.queue.TaskDone();
                x.queue.TaskDone();
                x.go.Acquire();
                x.queue.TaskDone();
                Assert.Throws<InvalidOperationException>(x.queue.TaskDone);
            },
            (queue, go));
        await UntilAsync(() => queue.IsEmpty);
        Assert.False(queue.Join(Short, TestEnd));
        go.Release();
        Task<bool>[] joining = [queue.JoinAsync(Timeout.InfiniteTimeSpan, TestEnd).AsTask(), OnThreadAsync(() => queue.Join(Timeout.InfiniteTimeSpan))];
        await Task.Delay(Short, TestEnd);
        Assert.All(joining, static one => Assert.False(one.IsCompleted));
        go.Release();
        Assert.All(await Task.WhenAll(joining), Assert.True);
        await working;
    }

    private static bool PutAll(ProcessQueue<long> queue, long producer, int count)
    {
        for (int i = 0; i < count;)
        {
            if (i % 100 == 0)
            {
                long[] batch = [.. Enumerable.Range(i, 50).Select(j => (producer << 32) + j)];
                queue.PutMany(batch);
                i += batch.Length;
            }
            else
            {
                queue.Put((producer << 32) + i++);
            }
        }

        return true;
    }

    private static void Relay((ProcessQueue<long> There, ProcessQueue<long> Back) queues)
    {
        var last = new Dictionary<long, long>();
        foreach (long item in queues.There.GetAll())
        {
            Check(last, item);
            queues.Back.Put(item);
        }
    }

    private static void RelayBatches((ProcessQueue<long> There, ProcessQueue<long> Back) queues)
    {
        var last = new Dictionary<long, long>();
        long[] batch = new long[30];
        for (int count; (count = queues.There.GetMany(batch)) > 0;)
        {
            Array.ForEach(batch[..count], item => Check(last, item));
            queues.Back.PutMany(batch.AsSpan(0, count));
        }
    }

    /// <summary>What one consumer gets of one producer only grows.</summary>
    private static void Check(Dictionary<long, long> last, long item)
    {
        Assert.True(item > last.GetValueOrDefault(item >> 32), $"{item:x} after {last.GetValueOrDefault(item >> 32):x}");
        last[item >> 32] = item;
    }

    private static async Task<int> SumAsync(ProcessQueue<int> queue)
    {
        int sum = 0;
        await foreach (int item in queue.GetAllAsync())
        {
            sum += item;
        }

        return sum;
    }

    private static int SumOfBatches(ProcessQueue<int> queue)
    {
        int[] batch = new int[10];
        int sum = 0;
        for (int count; (count = queue.GetMany(batch)) > 0;)
        {
            sum += batch[..count].Sum();
        }

        return sum;
    }
}
