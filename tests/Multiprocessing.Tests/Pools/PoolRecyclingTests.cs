using System.Diagnostics;

namespace Multiprocessing.Tests.Pools;

/// <summary>Workers that are replaced or sent away without having died, with real processes.</summary>
public sealed class PoolRecyclingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1, 1, 20)]
    [InlineData(2, 7, 500)]
    [InlineData(4, 250, 5_000)]
    [Trait("PainPoint", "13")]
    public async Task Every_worker_runs_exactly_as_many_tasks_as_it_may_under_load(int workers, int limit, int count)
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = workers, RecycleAfterTasks = limit });
        var ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => pool.RunAsync(static () => Environment.ProcessId))).WaitAsync(Soon);
        var runs = ids.GroupBy(id => id).Select(group => group.Count()).ToArray();
        Assert.Equal(count, runs.Sum());
        Assert.All(runs, run => Assert.InRange(run, 1, limit));
        Assert.InRange(runs.Count(run => run < limit), 0, workers);
        Assert.Equal((0, runs.Count(run => run == limit)), (pool.GetStatistics().WorkerDeaths, (int)pool.GetStatistics().RecycledWorkers));
    }

    [Fact]
    public async Task Items_of_maps_and_of_streams_count_one_by_one()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, RecycleAfterTasks = 10 });
        var ids = (await pool.MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 205)).WaitAsync(Soon)).ToList();
        await foreach (var id in pool.MapStreamAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 205)))
        {
            ids.Add(id);
        }
        Assert.All(ids.GroupBy(id => id), group => Assert.InRange(group.Count(), 1, 10));
        Assert.Equal(410, ids.Count);
    }

    [Fact]
    public async Task Recycling_by_age_loses_nothing_and_interrupts_nobody()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, RecycleAfter = TimeSpan.FromMilliseconds(200) });
        var ids = new HashSet<int>();
        var start = Stopwatch.GetTimestamp();
        while (ids.Count < 5)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
            ids.UnionWith(await pool.MapAsync(static _ => { PoolWork.Spin(500); return Environment.ProcessId; }, Enumerable.Range(0, 20)));
        }
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
        Assert.InRange(pool.GetStatistics().RecycledWorkers, 3, int.MaxValue);
    }

    [Fact]
    public async Task Idle_workers_end_and_the_next_call_starts_new_ones()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 3, MinWorkers = 1, IdleTimeout = TimeSpan.FromMilliseconds(200) });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => pool.RunAsync(static () => PoolWork.Spin(50_000))));
        await UntilAsync(() => pool.GetStatistics() is { ReadyWorkers: 1, StartingWorkers: 0 });
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
        Assert.Equal(6, (await Task.WhenAll(Enumerable.Range(0, 3).Select(x => pool.RunAsync(PoolWork.Double, x)))).Sum());
    }

    [Fact]
    public async Task A_pool_with_a_least_number_of_workers_has_them_before_the_first_call()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, MinWorkers = 9 });
        await UntilAsync(() => pool.GetStatistics().ReadyWorkers == 2);
    }

    [Fact]
    public async Task A_pool_is_resized_while_it_works()
    {
        await using var pool = new ProcessPool(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Resize(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Resize(4097));
        var results = Task.WhenAll(Enumerable.Range(0, 3_000).Select(i => pool.RunAsync(static x => { PoolWork.Spin(100); return x; }, i)));
        for (var i = 0; !results.IsCompleted; i++)
        {
            pool.Resize(1 + (i % 4));
            await Task.Delay(10);
        }
        Assert.Equal(Enumerable.Range(0, 3_000), await results);
        pool.Resize(1);
        await UntilAsync(() => pool.GetStatistics() is { ReadyWorkers: 1, StartingWorkers: 0 });
        Assert.Equal((1, 0L), (pool.WorkerCount, pool.GetStatistics().WorkerDeaths));
        Assert.Equal(1, await pool.RunAsync(static () => 1));
    }

    [Fact]
    public async Task A_pool_that_has_ended_is_resized_without_effect()
    {
        var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = PoolBackend.InProcess });
        await pool.DisposeAsync();
        pool.Resize(2);
        Assert.Equal(0, pool.GetStatistics().StartingWorkers);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
            await Task.Delay(5);
        }
    }
}
