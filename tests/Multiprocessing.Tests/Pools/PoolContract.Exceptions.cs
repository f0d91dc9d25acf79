namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    [Fact]
    [Trait("PainPoint", "9")]
    public async Task A_result_that_cannot_be_sent_fails_its_task_alone()
    {
        await Assert.ThrowsAsync<UnserializableException>(() => Pool.RunAsync(PoolWork.Unserializable));
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
    }

    [Fact]
    [Trait("PainPoint", "43")]
    public async Task An_exception_keeps_its_type_its_words_and_the_stack_of_the_worker()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => Pool.RunAsync(PoolWork.FailOn, 2));
        Assert.StartsWith("no 2", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("x", thrown.ParamName);
        Assert.Contains(nameof(PoolWork.FailOn), thrown.StackTrace, StringComparison.Ordinal);

        Assert.Equal("as told", Assert.Throws<FormatException>(() => Pool.Run(PoolWork.Throw)).Message);
        Assert.Equal("as told, later", Assert.Throws<FormatException>(() => Pool.Run(PoolWork.ThrowAsync)).Message);
        Assert.Equal("as told, later", (await Assert.ThrowsAsync<FormatException>(() => Pool.RunAsync(PoolWork.ThrowAsync))).Message);
        Assert.Equal(2, Pool.Run(PoolWork.Double, 1));
    }

    [Fact]
    public async Task An_item_that_fails_does_not_end_a_stream_unless_asked()
    {
        await using (var results = Pool.MapStreamAsync(PoolWork.FailOn, [1, 2, 3]).GetAsyncEnumerator())
        {
            Assert.True(await results.MoveNextAsync());
            await Assert.ThrowsAsync<ArgumentException>(async () => await results.MoveNextAsync());
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(3, results.Current);
            Assert.False(await results.MoveNextAsync());
        }
        var options = new MapStreamOptions { StopOnError = true };
        await using (var results = Pool.MapStreamAsync(PoolWork.FailOn, [1, 2, 3], options).GetAsyncEnumerator())
        {
            Assert.True(await results.MoveNextAsync());
            await Assert.ThrowsAsync<ArgumentException>(async () => await results.MoveNextAsync());
            Assert.False(await results.MoveNextAsync());
        }
        using (var results = Pool.MapStream(PoolWork.FailOn, [2, 3]).GetEnumerator())
        {
            Assert.Throws<ArgumentException>(() => results.MoveNext());
            Assert.True(results.MoveNext());
            Assert.False(results.MoveNext());
        }
    }

    [Fact]
    public async Task A_map_throws_the_first_failure_by_order_after_all_items_have_ended()
    {
        var folder = NewFile();
        Directory.CreateDirectory(folder);
        var work = new Func<int, int>(x =>
        {
            PoolWork.Spin(x == 2 ? 50_000 : 0);
            File.WriteAllText(Path.Combine(folder, $"{x}"), "");
            return PoolWork.FailOn(x);
        });
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Pool.MapAsync(work, Enumerable.Range(1, 20)));
        Assert.StartsWith("no 2", failure.Message, StringComparison.Ordinal);
        Assert.Equal(20, Directory.GetFiles(folder).Length);
        Assert.StartsWith("no 4", Assert.Throws<ArgumentException>(() => Pool.Map(work, [1, 3, 4, 2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_throws_of_a_token_that_nobody_cancelled_fails()
    {
        var task = Pool.RunAsync(static () => { throw new OperationCanceledException("mine"); });
        Assert.Equal("mine", (await Assert.ThrowsAsync<OperationCanceledException>(() => task)).Message);
        Assert.False(Pool.GetStatistics().WorkerDeaths > 0);
    }
}
