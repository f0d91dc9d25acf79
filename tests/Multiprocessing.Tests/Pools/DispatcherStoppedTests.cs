using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Workers that somebody stops (SIGSTOP), in a simulated pool.</summary>
public sealed class DispatcherStoppedTests
{
    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void What_was_given_in_advance_to_a_worker_that_was_stopped_runs_elsewhere()
    {
        var pool = BusyPool();
        pool.Submit(2);
        pool.Workers[0].IsStopped = true;
        Assert.Single(pool.Workers[0].Waiting);
        pool.Clock.Advance(While);
        Assert.Empty(pool.Workers[0].Waiting);
        while (pool.Workers[1].Finish())
        {
            pool.Workers[1].Start();
        }
        Assert.Equal(3, pool.Tasks.Count(task => task.Outcome == "done"));
        Assert.Equal((1, 2), (pool.Dispatcher.GetStatistics().StoppedWorkers, pool.Workers.Count));
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
    }

    [Fact]
    public void A_worker_that_was_stopped_while_idle_is_replaced_until_it_goes_on()
    {
        var pool = StoppedWhileIdle(workers: 1);
        var task = pool.Tasks[^1];
        Assert.Equal(2, pool.Workers.Count);
        pool.Workers[1].BecomeReady();
        pool.Workers[1].Start();
        pool.Workers[1].Finish();
        Assert.Equal(("done", 1), (task.Outcome, task.Starts));
        Assert.Equal((1, 0), (pool.Dispatcher.GetStatistics().StoppedWorkers, pool.Dispatcher.GetStatistics().WorkerDeaths));

        pool.Workers[0].IsStopped = false;
        pool.Clock.Advance(While);
        Assert.True(pool.Workers[0].IsCompleted);
        pool.Workers[0].Die();
        Assert.Equal(0, pool.Dispatcher.GetStatistics().WorkerDeaths);
        pool.Submit();
        Assert.Single(pool.Workers[1].Waiting);
    }

    [Fact]
    public void A_worker_that_goes_on_before_another_has_taken_its_place_works_on()
    {
        var pool = StoppedWhileIdle(workers: 2);
        pool.Workers[1].BecomeReady();
        pool.Workers[1].Start();
        pool.Workers[0].IsStopped = false;
        pool.Clock.Advance(While);
        Assert.False(pool.Workers[0].IsCompleted);
        pool.Submit();
        Assert.Single(pool.Workers[0].Waiting);
        pool.Settle();
        Assert.Equal(2, pool.Workers.Count);
    }

    [Fact]
    public void A_batch_of_which_all_was_taken_back_ends_with_the_worker_that_did_not_begin_it()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit();
        pool.Settle();
        var batch = pool.SubmitBatch(4);
        pool.Clock.Advance(While);
        Assert.Empty(batch.Items); // They wait for another worker, or for this one.
        pool.Workers[0].Die();
        Assert.Equal((TaskState.Done, 1), (batch.State, batch.Ends));
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
        Assert.Equal(5, pool.Dispatcher.GetStatistics().CompletedTasks);
    }

    [Fact]
    public void Nothing_looks_at_workers_that_run_what_they_have()
    {
        var pool = BusyPool();
        pool.Workers[0].IsStopped = true;
        pool.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(pool.Clock.IsSet);
        Assert.Equal(1, pool.Dispatcher.GetStatistics().StoppedWorkers);
        Assert.False(pool.Workers[0].IsKilled);
    }

    [Fact]
    public void A_pool_with_a_stopped_worker_ends()
    {
        var pool = StoppedWhileIdle(workers: 1);
        pool.Workers[1].BecomeReady();
        pool.Workers[1].Start();
        pool.Dispatcher.Complete();
        pool.Workers[1].Finish();
        pool.Workers[1].Die();
        pool.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.True(pool.Workers[0].IsKilled);
        pool.Workers[0].Die();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
    }

    /// <summary>Two workers, each of which runs a task.</summary>
    private static SimulatedPool BusyPool()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(2);
        pool.ReadyAll();
        pool.Workers.ForEach(worker => worker.Start());
        return pool;
    }

    /// <summary>The only worker was stopped when it had nothing to do; the task that it was given after that was taken back.</summary>
    private static SimulatedPool StoppedWhileIdle(int workers)
    {
        var pool = new SimulatedPool(workers);
        pool.Submit();
        pool.Settle();
        pool.Workers[0].IsStopped = true;
        pool.Submit();
        Assert.Single(pool.Workers[0].Waiting);
        pool.Clock.Advance(While);
        Assert.Empty(pool.Workers[0].Waiting);
        return pool;
    }
}
