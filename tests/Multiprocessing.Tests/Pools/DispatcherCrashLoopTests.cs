using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Deaths that no task is the reason of, in a simulated pool.</summary>
public sealed class DispatcherCrashLoopTests
{
    [Fact]
    public void Deaths_while_starting_do_not_break_a_pool_that_works()
    {
        var pool = new SimulatedPool(workers: 2, maxWorkerFailures: 3);
        var tasks = pool.Submit(20);
        var healthy = pool.Workers[0];
        healthy.BecomeReady();
        healthy.Start();
        for (var i = 0; i < 10; i++)
        {
            pool.Workers[^1].Die();
            pool.Clock.Advance(TimeSpan.FromSeconds(1.1));
            Assert.Equal(i + 3, pool.Workers.Count);
        }
        healthy.Finish();
        pool.Settle();
        Assert.All(tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void When_the_last_worker_that_works_is_gone_the_pool_breaks_and_says_how_the_others_died()
    {
        var pool = new SimulatedPool(workers: 2, maxWorkerFailures: 3);
        var tasks = pool.Submit(4);
        pool.Workers[0].BecomeReady();
        pool.Workers[0].Start();
        for (var i = 0; i < 5; i++)
        {
            pool.Workers[^1].Die();
            pool.Clock.Advance(TimeSpan.FromSeconds(1.1));
        }
        pool.Workers[0].Die();
        Assert.Equal(nameof(WorkerDiedException), tasks[0].Outcome);
        Assert.Equal(0, tasks[1].Ends);
        pool.Workers[^1].Die();
        Assert.All(tasks[1..], task => Assert.Equal(nameof(PoolBrokenException), task.Outcome));
        Assert.Contains("SIGKILL", tasks[1].LastFailure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deaths_with_finished_tasks_in_between_are_not_in_a_row()
    {
        var pool = new SimulatedPool(workers: 1, maxWorkerFailures: 3);
        for (var i = 0; i < 10; i++)
        {
            var task = pool.Submit();
            pool.Workers[^1].Die(); // While it starts, or is idle.
            pool.ReadyAll();
            pool.Workers[^1].Start();
            pool.Workers[^1].Finish();
            Assert.Equal("done", task.Outcome);
        }
    }
}
