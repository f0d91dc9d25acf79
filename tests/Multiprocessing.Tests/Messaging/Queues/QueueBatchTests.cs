using System.Diagnostics;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Every form of putting and taking several items at once, for items that are numbers and for others.</summary>
public sealed class QueueBatchTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Numbers_go_in_and_out_by_every_form() => GoesInAndOutAsync(static i => i);

    [Fact]
    public Task Texts_go_in_and_out_by_every_form() => GoesInAndOutAsync(static i => $"text {i}");

    [Fact]
    public Task Structs_of_several_cells_go_in_and_out_by_every_form() =>
        GoesInAndOutAsync(static i => new Wide(i, i, 2, 3, 4, 5, -i));

    [Fact]
    public Task A_full_queue_takes_a_part_of_a_batch_of_numbers_in_time() => TakesAPartAsync(static i => i);

    [Fact]
    public Task A_full_queue_takes_a_part_of_a_batch_of_texts_in_time() => TakesAPartAsync(static i => $"text {i}");

    [Fact]
    public async Task Waits_of_batches_end_by_time_token_completion_and_disposal()
    {
        using var source = new CancellationTokenSource();
        using var queue = new ProcessQueue<int>(new() { Capacity = 2 });
        Task<int>[] getting =
        [
            queue.GetManyAsync(new int[3], source.Token).AsTask(),
            Task.Run(() => queue.GetMany(new int[3], source.Token), Stop),
            queue.TryGetManyAsync(new int[3], Timeout.InfiniteTimeSpan, source.Token).AsTask(),
        ];
        await Task.Delay(Short, Stop);
        Assert.All(getting, static one => Assert.False(one.IsCompleted));
        await source.CancelAsync();
        foreach (Task one in getting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        Task[] putting = [queue.PutManyAsync([1, 2, 3, 4], Stop).AsTask(), Task.Run(() => queue.PutMany([1, 2, 3, 4]), Stop)];
        await Task.Delay(Short, Stop);
        Assert.All(putting, static one => Assert.False(one.IsCompleted));
        queue.Complete();
        foreach (Task one in putting)
        {
            await Assert.ThrowsAsync<QueueCompletedException>(() => one);
        }

        Assert.Throws<QueueCompletedException>(() => queue.TryPutMany([1]));
        await Assert.ThrowsAsync<QueueCompletedException>(() => queue.TryPutManyAsync(new[] { 1 }, Short, Stop).AsTask());
        Assert.Equal(2, await queue.GetManyAsync(new int[3], Stop));
        Assert.Equal(0, await queue.GetManyAsync(new int[3], Stop));
        Assert.Equal(0, queue.TryGetMany(new int[3], Timeout.InfiniteTimeSpan, Stop));

        var disposed = new ProcessQueue<string>();
        Task<int> left = disposed.GetManyAsync(new string[3], Stop).AsTask();
        disposed.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => left);
        Assert.Throws<ObjectDisposedException>(() => disposed.TryGetMany(new string[1]));
        Assert.Throws<ObjectDisposedException>(() => disposed.TryPutMany(["a"]));
    }

    [Fact]
    public async Task Empty_batches_and_bad_times_are_no_waits()
    {
        using var queue = new ProcessQueue<string>(new() { Capacity = 1 });
        Assert.Equal(0, queue.GetMany([]));
        Assert.Equal(0, await queue.GetManyAsync(Memory<string>.Empty, Stop));
        queue.Put("a");
        queue.PutMany([]);
        await queue.PutManyAsync(Array.Empty<string>(), Stop);
        Assert.Equal(0, queue.TryPutMany([], Timeout.InfiniteTimeSpan));
        var bad = TimeSpan.FromMilliseconds(-2);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryGetMany(new string[1], bad));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryPutMany(["b"], bad));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await queue.TryGetManyAsync(new string[1], bad));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await queue.TryPutManyAsync(new[] { "b" }, bad));
        Assert.Throws<ArgumentNullException>(() => queue.PutMany((IEnumerable<string>)null!));
    }

    private static async Task GoesInAndOutAsync<T>(Func<int, T> make)
    {
        using var queue = new ProcessQueue<T>();
        T[] all = [.. Enumerable.Range(0, 12).Select(make)];
        queue.PutMany(all.AsSpan(0, 2));
        queue.PutMany(all[2..4].Select(static item => item));
        Assert.Equal(2, queue.TryPutMany(all.AsSpan(4, 2)));
        await queue.PutManyAsync(all.AsMemory()[6..8], Stop);
        await queue.PutManyAsync(all[8..10].Select(static item => item), Stop);
        Assert.Equal(2, await queue.TryPutManyAsync(all.AsMemory(10, 2), Short, Stop));
        Assert.Equal(12, queue.Count);
        var got = new T[12];
        Assert.Equal(3, queue.GetMany(got.AsSpan(0, 3)));
        Assert.Equal(3, queue.TryGetMany(got.AsSpan(3, 3)));
        Assert.Equal(3, await queue.GetManyAsync(got.AsMemory(6, 3), Stop));
        Assert.Equal(3, await queue.TryGetManyAsync(got.AsMemory(9, 3), Short, Stop));
        Assert.Equal(all, got);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, queue.TryGetMany(got));
        Assert.Equal(0, queue.TryGetMany(got, Short, Stop));
        Assert.Equal(0, await queue.TryGetManyAsync(got, Short, Stop));
        Assert.True(Stopwatch.GetElapsedTime(start) >= 2 * Short);
    }

    private static async Task TakesAPartAsync<T>(Func<int, T> make)
    {
        using var queue = new ProcessQueue<T>(new() { Capacity = 5 });
        T[] all = [.. Enumerable.Range(0, 12).Select(make)];
        Assert.Equal(5, queue.TryPutMany(all));
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, queue.TryPutMany(all.AsSpan(5), Short, Stop));
        Assert.Equal(0, await queue.TryPutManyAsync(all.AsMemory(5), Short, Stop));
        Assert.True(Stopwatch.GetElapsedTime(start) >= 2 * Short);
        ValueTask<int> putting = queue.TryPutManyAsync(all.AsMemory(5), TimeSpan.FromSeconds(30), Stop);
        var got = new T[12];
        for (int count = 0; count < 12;)
        {
            count += await queue.GetManyAsync(got.AsMemory(count, Math.Min(4, 12 - count)), Stop);
        }

        Assert.Equal(7, await putting);
        Assert.Equal(all, got);
    }

    private readonly record struct Wide(long First, Int128 A, Int128 B, Int128 C, Int128 D, Int128 E, long Last);
}
