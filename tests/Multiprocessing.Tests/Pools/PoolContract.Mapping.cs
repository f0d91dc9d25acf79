using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    [Fact]
    public async Task A_map_keeps_the_order_of_its_items()
    {
        var items = Enumerable.Range(0, 5000);
        var expected = items.Select(PoolWork.Double).ToArray();
        Assert.Equal(expected, Pool.Map(PoolWork.Double, items));
        Assert.Equal(expected, await Pool.MapAsync(PoolWork.DoubleAsync, items));
        Assert.Equal(expected, await Pool.MapAsync((x, token) => token.IsCancellationRequested ? 0 : 2 * x, items.ToList()));
        Assert.Equal(expected, await Pool.MapAsync(async (x, token) => await Task.FromResult(2 * x), items));
        Assert.Equal([3, 7], Pool.Map(PoolWork.Add, [(1, 2), (3, 4)]));
        Assert.Equal(["a1x"], await Pool.MapAsync((s, i, c) => $"{s}{i}{c}", new[] { ("a", 1, 'x') }));
        int[] sums = await Pool.MapAsync(async (a, b, c, d) => await Task.FromResult(a + b + c + d), new[] { (1, 2, 3, 4) });
        Assert.Equal(10, Assert.Single(sums));
        Assert.Empty(Pool.Map(PoolWork.Double, Array.Empty<int>()));
        Assert.Equal(["Int32:1", "String:b", "null"], await Pool.MapAsync(PoolWork.Describe, new object?[] { 1, "b", null }));
    }

    [Fact]
    public async Task A_failing_input_stops_a_map_and_is_what_it_throws()
    {
        Assert.Equal("input", (await Assert.ThrowsAsync<FormatException>(() => Pool.MapAsync(PoolWork.Double, Failing(5)))).Message);
        Assert.Equal("input", Assert.Throws<FormatException>(() => Pool.Map(PoolWork.Double, Failing(5))).Message);
        Assert.Equal(2, Pool.Run(PoolWork.Double, 1));
    }

    [Fact]
    public async Task A_map_returns_to_its_caller_before_its_input_has_given_anything()
    {
        using var given = new SemaphoreSlim(0);
        var map = Pool.MapAsync(PoolWork.Double, Waiting());
        Assert.False(map.IsCompleted);
        given.Release();
        int[] results = await map.WaitAsync(Soon);
        Assert.Equal(2, Assert.Single(results));

        using var stop = new CancellationTokenSource();
        var endless = Pool.MapAsync(static x => x, Counting(), stop.Token);
        Assert.Equal(4, await Pool.RunAsync(PoolWork.Double, 2).WaitAsync(Soon));
        await stop.CancelAsync();
        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.WaitAsync(Soon))).CancellationToken);

        IEnumerable<int> Waiting()
        {
            given.Wait(Soon);
            yield return 1;
        }
    }

    [Fact]
    public async Task What_is_wrong_with_a_map_itself_is_thrown_by_the_call_and_the_rest_by_its_task()
    {
        var thread = Thread.CurrentThread;
        Assert.Throws<UnserializableException>(() => { _ = Pool.MapAsync(x => x + thread.ManagedThreadId, [1]); });
        var task = Pool.MapAsync(static _ => 0, new object[] { 1, thread });
        await Assert.ThrowsAsync<UnserializableException>(() => task.WaitAsync(Soon));
        await using var pool = Create();
        pool.Complete();
        Assert.Throws<InvalidOperationException>(() => { _ = pool.MapAsync(PoolWork.Double, [1]); });
        await pool.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => { _ = pool.MapAsync(PoolWork.Double, [1]); });
    }

    [Fact]
    public async Task A_cancelled_map_ends_with_its_callers_token()
    {
        using var stop = new CancellationTokenSource();
        var file = NewFile();
        var map = Pool.MapAsync(PoolWork.WaitForToken, Enumerable.Repeat(file, 10_000), stop.Token);
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map.WaitAsync(Soon));
        Assert.Equal(stop.Token, canceled.CancellationToken);
        Assert.Equal(0, Pool.GetStatistics().QueuedTasks);
    }

    [Fact]
    public async Task A_stream_yields_in_order_or_as_items_end()
    {
        var items = Enumerable.Range(0, 1000);
        var expected = items.Select(PoolWork.Double).ToArray();
        Assert.Equal(expected, await Pool.MapStreamAsync(PoolWork.Double, items).ToArrayAsync());
        Assert.Equal(expected, await Pool.MapStreamAsync(PoolWork.DoubleAsync, ToAsync(items)).ToArrayAsync());
        Assert.Equal(expected, Pool.MapStream(PoolWork.Double, items));
        Assert.Equal(expected, (await Pool.MapStreamUnorderedAsync(PoolWork.Double, ToAsync(items)).ToArrayAsync()).Order());
        Assert.Equal(expected, Pool.MapStreamUnordered(PoolWork.Double, items).Order());

        var file = NewFile();
        var work = new Func<int, int>(x => x == 0 ? PoolWork.Linger(file) : x);
        await foreach (var result in Pool.MapStreamUnorderedAsync(work, [0, 1, 2]))
        {
            if (result == 2)
            {
                await PoolWork.WaitForFileAsync(file);
                File.Delete(file);
            }
        }
    }

    [Fact]
    [Trait("PainPoint", "22")]
    public async Task A_stream_reads_no_further_ahead_than_told_and_an_endless_input_is_fine()
    {
        var read = 0;
        var taken = 0;
        var options = new MapStreamOptions { ReadAhead = 5 };
        await foreach (var _ in Pool.MapStreamAsync(PoolWork.Double, Endless(), options))
        {
            if (++taken == 300)
            {
                break;
            }
            Assert.InRange(Volatile.Read(ref read), taken, taken + 5);
        }
        Assert.InRange(read, 300, 305);

        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return Interlocked.Increment(ref read);
            }
        }
    }

    [Fact]
    public async Task Leaving_a_stream_cancels_the_rest()
    {
        var file = NewFile();
        var work = new Func<int, CancellationToken, int>((x, token) => x == 0 ? x : PoolWork.WaitForToken(file, token));
        await foreach (var _ in Pool.MapStreamAsync(work, Enumerable.Range(0, 50)))
        {
            await PoolWork.WaitForFileAsync(file);
            break;
        }
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1).WaitAsync(Soon));
        Assert.Equal(0, Pool.GetStatistics().QueuedTasks);

        using var stop = new CancellationTokenSource();
        await using var results = Pool.MapStreamAsync(work, Enumerable.Range(0, 50), null, stop.Token).GetAsyncEnumerator();
        Assert.True(await results.MoveNextAsync());
        stop.CancelAfter(20);
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await results.MoveNextAsync());
        Assert.Equal(stop.Token, canceled.CancellationToken);
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task A_failing_input_ends_a_stream_after_the_results_of_what_came_before()
    {
        var seen = new List<int>();
        var failure = await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (var result in Pool.MapStreamAsync(PoolWork.Double, Failing(3)))
            {
                seen.Add(result);
            }
        });
        Assert.Equal("input", failure.Message);
        Assert.Equal([0, 2, 4], seen);
    }

    private static IEnumerable<int> Counting()
    {
        for (var i = 0; ; i++)
        {
            yield return i;
        }
    }

    [SuppressMessage("Performance", "CA1859", Justification = "An input that is not a collection.")]
    private static IEnumerable<int> Failing(int after)
    {
        for (var i = 0; i < after; i++)
        {
            yield return i;
        }
        throw new FormatException("input");
    }

    private static async IAsyncEnumerable<T> ToAsync<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
