using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Workers that are replaced or sent away without having died, in a simulated pool.</summary>
public sealed class DispatcherRecyclingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 10)]
    public void No_worker_runs_more_tasks_than_its_limit_and_all_but_the_last_run_as_many(int workers, int limit)
    {
        var pool = new SimulatedPool(workers, taskLimit: limit);
        pool.Submit(100);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.All(pool.Workers, worker => Assert.InRange(worker.Starts, 0, limit));
        Assert.InRange(pool.Workers.Count(worker => worker.Starts == limit), (100 / limit) - workers, 100 / limit);
        var statistics = pool.Dispatcher.GetStatistics();
        Assert.Equal(0, statistics.WorkerDeaths);
        Assert.Equal(pool.Workers.Count(worker => worker.Starts == limit), statistics.RecycledWorkers);
    }

    [Fact]
    public void A_successor_is_ready_before_the_limit_is_reached_and_takes_over_at_once()
    {
        var pool = new SimulatedPool(workers: 1, taskLimit: 8);
        pool.Submit(20);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(i < 6 ? 1 : 2, pool.Workers.Count);
            Assert.True(worker.Start());
            worker.Finish();
            pool.ReadyAll();
        }
        Assert.True(worker.IsCompleted);
        Assert.True(pool.Workers[1].Start());
    }

    [Fact]
    public void A_pool_that_has_nothing_to_do_keeps_a_fresh_worker_in_the_place_of_a_recycled_one()
    {
        var pool = new SimulatedPool(workers: 1, taskLimit: 2);
        pool.Submit(2);
        pool.Settle();
        Assert.Equal(2, pool.Workers.Count);
        Assert.Equal(1, pool.Dispatcher.GetStatistics().IdleWorkers);
        pool.Submit();
        Assert.Single(pool.Workers[1].Waiting);
    }

    [Fact]
    public void Tasks_that_were_withdrawn_before_they_started_do_not_count()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1, taskLimit: 2);
        pool.Submit();
        pool.Submit(token: stop.Token);
        pool.ReadyAll();
        pool.Workers[0].Start();
        stop.Cancel();
        pool.Submit();
        pool.Workers[0].Finish();
        Assert.True(pool.Workers[0].Start());
        pool.Settle();
        Assert.Equal(2, pool.Workers[0].Starts);
    }

    [Fact]
    public void A_worker_that_is_too_old_goes_on_until_its_successor_is_ready_and_finishes_what_it_runs()
    {
        var pool = new SimulatedPool(workers: 1, ageSeconds: 60);
        var tasks = pool.Submit(3);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(59));
        worker.Finish();
        worker.Start();
        Assert.Single(pool.Workers);
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, pool.Workers.Count);
        Assert.False(worker.IsCompleted);
        pool.Workers[1].BecomeReady();
        Assert.Empty(pool.Workers[1].Waiting);
        worker.Finish();
        Assert.True(worker.IsCompleted);
        Assert.Single(pool.Workers[1].Waiting);
        pool.Workers[1].Start();
        pool.Workers[1].Finish();
        worker.Die();
        Assert.All(tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.Equal((0, 1), (pool.Dispatcher.GetStatistics().WorkerDeaths, pool.Dispatcher.GetStatistics().RecycledWorkers));
    }

    [Fact]
    public void Idle_workers_that_are_too_old_are_replaced_a_few_at_a_time_and_those_that_did_nothing_never()
    {
        var pool = new SimulatedPool(workers: 4, minWorkers: 4, ageSeconds: 60);
        pool.ReadyAll();
        for (var i = 0; i < 3; i++)
        {
            pool.Submit();
        }
        pool.Workers.ForEach(worker => { worker.Start(); worker.Finish(); });
        Assert.Equal(4, pool.Dispatcher.GetStatistics().IdleWorkers);
        pool.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(5, pool.Workers.Count);
        for (var i = 4; i < 7; i++)
        {
            pool.Workers[i].BecomeReady();
            Assert.Equal(i - 3, pool.Workers.Count(worker => worker.IsCompleted));
            Assert.Equal(4, pool.Dispatcher.GetStatistics().IdleWorkers);
        }
        Assert.Equal(7, pool.Workers.Count);
    }

    [Fact]
    public void Workers_that_are_idle_for_long_end_but_the_least_number_stays()
    {
        var pool = new SimulatedPool(workers: 4, minWorkers: 1, idleSeconds: 60);
        Assert.Single(pool.Workers);
        pool.Submit(4);
        pool.ReadyAll();
        pool.Workers.ForEach(worker => { worker.Start(); worker.Finish(); });
        for (var second = 0; second < 70; second++)
        {
            // One of them is in use, always the same.
            pool.Submit();
            pool.Workers.ForEach(worker => { worker.Start(); worker.Finish(); });
            Assert.True(second > 59 || !pool.Workers.Exists(worker => worker.IsCompleted));
            pool.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        pool.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, pool.Workers.Count(worker => worker.IsCompleted));
        Assert.False(pool.Workers[3].IsCompleted);
        pool.Workers.ForEach(worker => { if (worker.IsCompleted) { worker.Die(); } });
        pool.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, pool.Workers.Count);
        Assert.Equal((1, 0), (pool.Dispatcher.GetStatistics().IdleWorkers, pool.Dispatcher.GetStatistics().WorkerDeaths));
    }

    [Fact]
    public void Nothing_wakes_up_for_idle_workers_when_there_are_none()
    {
        var pool = new SimulatedPool(workers: 2, idleSeconds: 60);
        pool.Submit(2);
        pool.Settle();
        Assert.Empty(pool.Live);
        pool.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(pool.Clock.IsSet);
        pool.Submit();
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void The_least_number_of_workers_is_started_with_the_pool_and_restored_after_deaths()
    {
        var pool = new SimulatedPool(workers: 3, minWorkers: 2);
        Assert.Equal(2, pool.Workers.Count);
        pool.ReadyAll();
        pool.Workers[0].Die();
        Assert.Equal(3, pool.Workers.Count);
        pool.ReadyAll();
        pool.Submit(2);
        Assert.Equal(3, pool.Workers.Count);
        pool.Dispatcher.Complete();
        pool.Settle();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_pool_that_grows_starts_workers_for_what_waits()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(5);
        pool.ReadyAll();
        pool.Dispatcher.Resize(3);
        Assert.Equal((3, 3), (pool.Workers.Count, pool.Dispatcher.WorkerCount));
        pool.ReadyAll();
        Assert.All(pool.Workers, worker => Assert.NotEmpty(worker.Waiting));
    }

    [Fact]
    public void A_pool_that_shrinks_ends_idle_workers_first_and_lets_busy_ones_finish_what_they_run()
    {
        var pool = new SimulatedPool(workers: 4);
        pool.Submit(4);
        pool.ReadyAll();
        pool.Workers.ForEach(worker => worker.Start());
        pool.Submit(2);
        pool.Workers[3].Finish();
        var busy = pool.Workers[..3];
        while (pool.Workers[3].Start())
        {
            pool.Workers[3].Finish();
        }
        Assert.Equal(1, pool.Dispatcher.GetStatistics().IdleWorkers);
        pool.Dispatcher.Resize(2);
        Assert.True(pool.Workers[3].IsCompleted);
        Assert.All(busy, worker => Assert.False(worker.IsCompleted));
        var waiting = pool.Submit(4);
        busy.ForEach(worker => worker.Finish());
        Assert.Single(busy, worker => worker.IsCompleted);
        pool.Settle();
        Assert.All(waiting, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.Equal(4, pool.Workers.Count);
        Assert.Equal(0, pool.Dispatcher.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public void A_worker_that_was_too_many_stays_when_the_pool_grows_again()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(2);
        pool.ReadyAll();
        pool.Workers.ForEach(worker => worker.Start());
        pool.Dispatcher.Resize(1);
        pool.Submit(4);
        pool.Dispatcher.Resize(2);
        pool.Settle();
        Assert.Equal(2, pool.Workers.Count);
        Assert.Equal(2, pool.Dispatcher.GetStatistics().IdleWorkers);
    }
}
