namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Pools inside workers of pools.</summary>
public sealed class NestedPoolTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(50);

    [Fact]
    public async Task Three_levels_of_pools_work_and_leave_nothing()
    {
        await using var pool = new ProcessPool(2);
        var sums = await pool.MapAsync(Level2, [1, 2, 3]).WaitAsync(Soon);
        Assert.Equal([1 * 36, 2 * 36, 3 * 36], sums);

        static int Level2(int x)
        {
            using var pool = new ProcessPool(2);
            return pool.Map(Level3, [x, 2 * x, 3 * x]).Sum();
        }

        static int Level3(int x)
        {
            using var pool = new ProcessPool();
            return pool.Map(static y => 2 * y, [x, 2 * x]).Sum();
        }
    }

    [Fact]
    public async Task A_pool_inside_a_worker_has_the_workers_share_of_the_processors_unless_it_says_more()
    {
        var processors = Environment.ProcessorCount;
        await using var all = new ProcessPool(1);
        Assert.Equal((processors, processors, 7), await all.RunAsync(Sizes));
        await using var each = new ProcessPool(processors);
        Assert.Equal((1, 1, 7), await each.RunAsync(Sizes));
        await using var more = new ProcessPool(3 * processors);
        Assert.Equal((1, 1, 7), await more.RunAsync(Sizes));
        Assert.Equal(processors, new ProcessPoolOptions().Workers);

        static (int Default, int Shared, int Explicit) Sizes()
        {
            using var byDefault = new ProcessPool();
            using var wanted = new ProcessPool(7);
            return (byDefault.WorkerCount, ProcessPool.Shared.WorkerCount, wanted.WorkerCount);
        }
    }

    [Fact]
    public async Task Outer_tasks_that_wait_for_inner_ones_never_wait_for_each_other()
    {
        await using var pool = new ProcessPool();
        var results = await pool.MapAsync(static x => ProcessPool.Shared.Run(static y => y + 1, x), Enumerable.Range(0, 50)).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(1, 50), results);
    }

    [Fact]
    public async Task The_workers_of_a_worker_that_is_killed_die_with_it()
    {
        await using var pool = new ProcessPool(1);
        var lost = pool.RunAsync(static async () =>
        {
            await using var inner = new ProcessPool(2);
            _ = Native.Kill(Environment.ProcessId, 9 + (0 * await inner.RunAsync(static () => 1)));
        });
        await Assert.ThrowsAsync<WorkerDiedException>(() => lost.WaitAsync(Soon));
    }
}
