using System.Collections.Concurrent;

namespace Multiprocessing.Tests.Pools;

/// <content>Streams whose items travel together: what is finished comes out, what is not wanted stops, and memory is bounded.</content>
public abstract partial class PoolContract
{
    [Fact]
    public async Task A_stream_takes_tuples_in_all_its_forms()
    {
        (int, int)[] pairs = [(1, 2), (3, 4)];
        int[] sums = [3, 7];
        var triples = new[] { ("a", 1, 'x') };
        Assert.Equal(sums, await Pool.MapStreamAsync(PoolWork.Add, pairs).ToArrayAsync());
        Assert.Equal(sums, await Pool.MapStreamAsync((a, b) => a + b, ToAsync(pairs)).ToArrayAsync());
        Assert.Equal(sums, (await Pool.MapStreamUnorderedAsync(async (a, b) => await Task.FromResult(a + b), pairs).ToArrayAsync()).Order());
        Assert.Equal(sums, Pool.MapStream(PoolWork.Add, pairs));
        Assert.Equal(sums, Pool.MapStreamUnordered(PoolWork.Add, pairs).Order());
        Assert.Equal("a1x", Assert.Single(await Pool.MapStreamAsync((s, i, c) => $"{s}{i}{c}", triples).ToArrayAsync()));
        Assert.Equal(10, Assert.Single(Pool.MapStream(async (a, b, c, d) => await Task.FromResult(a + b + c + d), new[] { (1, 2, 3, 4) })));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(13)]
    public async Task A_stream_of_any_chunk_size_yields_every_item_once(int? chunkSize)
    {
        var options = new MapStreamOptions { ChunkSize = chunkSize };
        var items = Enumerable.Range(0, 20_000).ToArray();
        Assert.Equal(items.Select(PoolWork.Double), await Pool.MapStreamAsync(PoolWork.Double, items, options).ToArrayAsync());
        var lengths = await Pool.MapStreamUnorderedAsync(x => x.Length, items.Select(x => new string('x', x % 700)), options).ToArrayAsync();
        Assert.Equal(items.Select(x => x % 700).Order(), lengths.Order());
        Assert.Equal(items.Select(PoolWork.Double), (await Pool.MapStreamUnorderedAsync(PoolWork.Double, ToAsync(items), options).ToArrayAsync()).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failing_item_ends_a_stream_only_if_asked_to(bool stopOnError)
    {
        var options = new MapStreamOptions { StopOnError = stopOnError, ChunkSize = 10 };
        await using var results = Pool.MapStreamAsync(PoolWork.FailEverySevenHundred, Enumerable.Range(0, 1500), options).GetAsyncEnumerator();
        for (var i = 0; i < 700; i++)
        {
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(i, results.Current);
        }
        Assert.Equal("700", (await Assert.ThrowsAsync<FormatException>(async () => await results.MoveNextAsync())).Message);
        Assert.Equal(!stopOnError, await results.MoveNextAsync());
        Assert.Equal(stopOnError ? 700 : 701, stopOnError ? 700 : results.Current);
    }

    [Fact]
    public async Task What_is_finished_comes_out_while_a_later_item_of_its_batch_runs_long()
    {
        // First short ones, so that batches are large; then one in their midst that waits until all before it have been taken.
        var file = NewFile();
        var work = new Func<int, int>(x => x == 15_000 ? PoolWork.Linger(file) : x);
        var taken = 0;
        await foreach (var result in Pool.MapStreamAsync(work, Enumerable.Range(0, 20_000)))
        {
            if (++taken == 15_000)
            {
                await PoolWork.WaitForFileAsync(file);
                File.Delete(file);
            }
        }
        Assert.Equal(20_000, taken);
    }

    [Fact]
    public async Task An_input_that_waits_for_the_results_before_gets_them()
    {
        using var taken = new BlockingCollection<int>();
        taken.Add(0);
        var last = 0;
        await foreach (var result in Pool.MapStreamAsync(x => x + 1, taken.GetConsumingEnumerable()))
        {
            last = result;
            if (result == 200)
            {
                taken.CompleteAdding();
                continue;
            }
            taken.Add(result);
        }
        Assert.Equal(200, last);
    }

    [Fact]
    public async Task A_stream_holds_no_more_bytes_than_told()
    {
        const int Size = 100_000;
        var read = 0;
        var taken = 0;
        var options = new MapStreamOptions { MaxBufferedBytes = 10 * Size, ReadAhead = 10_000 };
        await foreach (var result in Pool.MapStreamAsync(bytes => bytes, Endless(), options))
        {
            Assert.Equal(Size, result.Length);
            taken++;

            // As many as fit, the one that is being read, and the one that was taken just now.
            Assert.InRange(Volatile.Read(ref read) - taken, 0, 12);
            if (taken == 200)
            {
                break;
            }
        }

        IEnumerable<byte[]> Endless()
        {
            while (true)
            {
                Interlocked.Increment(ref read);
                yield return new byte[Size];
            }
        }
    }

    [Fact]
    public async Task An_item_larger_than_the_limit_passes_alone()
    {
        var options = new MapStreamOptions { MaxBufferedBytes = 1 };
        var items = Enumerable.Range(1, 20).Select(i => new byte[i * 10_000]);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * 10_000), await Pool.MapStreamAsync(bytes => bytes.Length, items, options).ToArrayAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { MaxBufferedBytes = 0 });
    }

    [Fact]
    public async Task A_pool_that_ends_while_the_input_is_awaited_is_the_reason_why_the_stream_ends()
    {
        await using var pool = Create();
        await using var results = pool.MapStreamAsync(PoolWork.Double, Read()).GetAsyncEnumerator();
        var failures = new List<Exception>();
        for (var goesOn = true; goesOn;)
        {
            try
            {
                goesOn = await results.MoveNextAsync();
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }
        Assert.NotEmpty(failures);
        Assert.All(failures, static failure => Assert.IsType<OperationCanceledException>(failure, exactMatch: false));

        async IAsyncEnumerable<int> Read()
        {
            for (var i = 0; i < 3050; i++)
            {
                if (i % 100 == 0)
                {
                    await Task.Delay(1); // So that batches become large, and some items of the last wait for more.
                }
                yield return i;
            }
            pool.Terminate();
            await Task.Delay(100);
            yield return 0;
        }
    }
}
