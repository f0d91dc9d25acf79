using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Workers with too much memory, in a simulated pool.</summary>
public sealed class DispatcherMemoryTests
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    [Fact]
    public void A_worker_above_the_limit_is_killed_for_the_task_that_it_runs_and_for_no_other()
    {
        var pool = new SimulatedPool(workers: 1, memoryLimit: 200 * MiB);
        var task = pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        var other = pool.Submit();
        worker.OwnMemory = 200 * MiB;
        pool.Clock.Advance(Look);
        Assert.False(worker.IsKilled);
        worker.OwnMemory = 201 * MiB;
        pool.Clock.Advance(Look);
        Assert.True(worker.IsKilled);
        worker.Die();
        var died = Assert.IsType<WorkerDiedException>(task.LastFailure);
        Assert.Equal("out of memory: 201 MiB of a limit of 200 MiB", died.Reason);
        pool.Settle();
        Assert.Equal(("done", 1), (other.Outcome, other.Starts));
    }

    [Fact]
    public void A_task_that_was_too_large_is_tried_again_if_asked_for()
    {
        var pool = new SimulatedPool(workers: 1, memoryLimit: 200 * MiB);
        var task = pool.Submit(retry: new RetryPolicy { MaxRetries = 1 });
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Workers[0].OwnMemory = 201 * MiB;
        pool.Clock.Advance(Look);
        pool.Settle();
        Assert.Equal(("done", 2), (task.Outcome, task.Starts));
    }

    [Fact]
    public void A_worker_that_is_above_the_limit_when_nothing_runs_gets_no_more_and_costs_nobody_anything()
    {
        var pool = new SimulatedPool(workers: 1, memoryLimit: 200 * MiB);
        pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        worker.OwnMemory = 300 * MiB;
        worker.Finish();
        Assert.Equal(1, pool.Dispatcher.GetStatistics().IdleWorkers);
        pool.Clock.Advance(Look);
        Assert.True(worker.IsCompleted);
        worker.Die();
        pool.Submit();
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.Equal((0, 1), (pool.Dispatcher.GetStatistics().WorkerDeaths, pool.Dispatcher.GetStatistics().RecycledWorkers));
    }

    [Fact]
    public void A_worker_above_the_soft_limit_goes_on_until_its_successor_is_ready()
    {
        var pool = new SimulatedPool(workers: 1, memoryRecycling: 100 * MiB);
        pool.Submit(4);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.OwnMemory = 101 * MiB;
        worker.Start();
        worker.Finish();
        pool.Clock.Advance(Look);
        Assert.Equal(2, pool.Workers.Count);
        Assert.True(worker.Start());
        worker.Finish();
        Assert.False(worker.IsCompleted);
        worker.Start();
        pool.Workers[1].BecomeReady();
        Assert.Empty(pool.Workers[1].Waiting);
        worker.Finish();
        Assert.True(worker.IsCompleted);
        Assert.Single(pool.Workers[1].Waiting);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.Equal((0, 1), (pool.Dispatcher.GetStatistics().WorkerDeaths, pool.Dispatcher.GetStatistics().RecycledWorkers));
    }

    [Fact]
    public void Nobody_looks_at_workers_that_have_nothing_to_do()
    {
        var pool = new SimulatedPool(workers: 1, memoryLimit: 200 * MiB);
        pool.Submit();
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Workers[0].Finish();
        pool.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(pool.Clock.IsSet);
    }
}
