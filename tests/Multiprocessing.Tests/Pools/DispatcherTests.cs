using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

public sealed class DispatcherTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void What_comes_back_from_several_workers_is_in_its_old_order_again()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(6);
        pool.Workers[1].BecomeReady();
        pool.Workers[0].BecomeReady();
        Assert.Equal([1L, 2L], pool.Workers[1].Waiting.Select(task => task.Id));
        Assert.Equal([3L, 4L], pool.Workers[0].Waiting.Select(task => task.Id));
        pool.Workers.ForEach(worker => worker.Start());
        pool.Clock.Advance(TimeSpan.FromMilliseconds(100)); // Both take long: what they have not begun is for whoever is done first.
        Assert.All(pool.Workers, worker => Assert.Empty(worker.Waiting));
        pool.Workers[0].Finish();
        Assert.Equal(2, pool.Workers[0].Waiting[0].Id);
    }

    [Fact]
    public void Workers_are_started_one_per_pending_task_up_to_the_size_of_the_pool()
    {
        var pool = new SimulatedPool(workers: 3);
        Assert.Empty(pool.Workers);
        pool.Submit();
        Assert.Single(pool.Workers);
        pool.Submit();
        Assert.Equal(2, pool.Workers.Count);
        pool.Submit(10);
        Assert.Equal(3, pool.Workers.Count);
        pool.ReadyAll();
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
        Assert.Equal(3, pool.Workers.Count);
    }

    [Fact]
    public void The_worker_that_was_busy_last_gets_the_next_task()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(2);
        pool.Settle();
        for (var i = 0; i < 3; i++)
        {
            pool.Submit();
            Assert.Single(pool.Workers[1].Waiting);
            pool.Settle();
        }
    }

    [Fact]
    public void Tasks_run_in_the_order_of_submission()
    {
        var pool = new SimulatedPool(workers: 1);
        var tasks = pool.Submit(50);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        foreach (var task in tasks)
        {
            Assert.True(worker.Start());
            Assert.Same(task, worker.Running);
            worker.Finish();
        }
    }

    [Fact]
    public void A_worker_gets_one_task_in_advance_and_more_when_they_are_short()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(5000);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        Assert.Equal(PrefetchDepth.Least, worker.Waiting.Count);
        for (var i = 0; i < 2000; i++)
        {
            worker.Start();
            pool.Clock.Advance(TimeSpan.FromMicroseconds(0.3));
            worker.Finish();
        }
        Assert.InRange(worker.Waiting.Count, 400, PrefetchDepth.Most);
        for (var i = 0; i < 1000; i++)
        {
            worker.Start();
            pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
            worker.Finish();
        }
        Assert.Equal(PrefetchDepth.Least, worker.Waiting.Count);
    }

    [Fact]
    public void An_idle_worker_gets_what_a_busy_one_has_not_started()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(3);
        pool.ReadyAll();
        var (first, second) = (pool.Workers[0], pool.Workers[1]);
        first.Start();
        Assert.Single(first.Waiting);
        second.Start();
        second.Finish();
        Assert.Empty(first.Waiting);
        Assert.Single(second.Waiting);
    }

    [Fact]
    public void Nobody_waits_behind_a_task_that_turns_out_long()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(3000);
        pool.ReadyAll();
        var (first, second) = (pool.Workers[0], pool.Workers[1]);
        for (var i = 0; i < 1000; i++)
        {
            first.Start();
            second.Start();
            pool.Clock.Advance(TimeSpan.FromMicroseconds(0.3));
            first.Finish();
            second.Finish();
        }
        first.Start();
        Assert.NotEmpty(first.Waiting);
        for (var i = 0; i < 30; i++)
        {
            second.Start();
            pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
            second.Finish();
        }
        Assert.Empty(first.Waiting);
        while (second.Start())
        {
            second.Finish();
        }
        Assert.Equal(1, pool.Tasks.Count(task => task.Ends == 0));
        first.Finish();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_worker_whose_long_task_has_ended_gets_tasks_in_advance_again()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(4);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        pool.Clock.Advance(Moment);
        Assert.Empty(worker.Waiting);
        worker.Finish();
        Assert.Equal(PrefetchDepth.Least, worker.Waiting.Count);
    }

    [Fact]
    public void What_is_reported_together_ends_together_and_brings_as_many_tasks()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(5);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        for (var i = 0; i < PrefetchDepth.Least; i++)
        {
            worker.Start();
            worker.Finish(isReported: false);
        }
        Assert.Empty(worker.Waiting);
        Assert.All(pool.Tasks, static task => Assert.Equal(0, task.Ends));
        worker.ReportAll();
        Assert.Equal(PrefetchDepth.Least, pool.Tasks.Count(static task => task.Outcome == "done"));
        Assert.Equal(PrefetchDepth.Least, worker.Waiting.Count);
    }

    [Fact]
    public void Short_tasks_are_known_as_such_also_if_they_are_reported_many_at_a_time()
    {
        var clock = new SimulatedClock();
        var depth = new PrefetchDepth();
        depth.OnFinished(1, clock);
        clock.Advance(TimeSpan.FromMicroseconds(10));
        depth.OnFinished(10, clock);
        Assert.Equal(DispatcherSettings.Ticks(TimeSpan.FromMicroseconds(1)), depth.Duration);
    }

    [Fact]
    public void A_worker_without_room_is_given_tasks_again_when_it_has_some()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Room = 1;
        pool.Submit(3);
        Assert.Single(worker.Waiting);
        worker.MakeRoom(100);
        Assert.Equal(2, worker.Waiting.Count);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_death_costs_the_running_task_and_the_others_run_elsewhere_before_all_that_came_later()
    {
        var pool = new SimulatedPool(workers: 1);
        var tasks = pool.Submit(4);
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Workers[0].Die();
        Assert.Equal(nameof(WorkerDiedException), tasks[0].Outcome);
        pool.ReadyAll();
        Assert.Equal(2, pool.Workers.Count);
        pool.Workers[1].Start();
        Assert.Same(tasks[1], pool.Workers[1].Running);
        pool.Settle();
        Assert.All(tasks[1..], task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
    }

    [Fact]
    public void A_task_that_was_cancelled_before_the_dispatcher_had_it_is_given_to_nobody()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var pool = new SimulatedPool(workers: 1);
        pool.Submit();
        pool.ReadyAll();
        pool.Settle();
        var task = pool.Submit(token: stop.Token);
        Assert.Equal(("canceled", 1), (task.Outcome, task.Ends));
        Assert.Empty(pool.Workers[0].Waiting);
        pool.Settle();
        Assert.Equal(0, task.Starts);
    }

    [Fact]
    public void A_task_that_takes_no_token_is_stopped_by_a_kill_that_hits_nobody_else()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(token: stop.Token);
        var other = pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        Assert.Single(worker.Waiting);
        stop.Cancel();
        Assert.True(worker.IsKilled);
        Assert.Empty(worker.Waiting);
        Assert.Equal("canceled", task.Outcome);
        Assert.Equal(1, pool.Dispatcher.GetStatistics().WorkerDeaths);
        worker.Die();
        Assert.Equal(1, pool.Dispatcher.GetStatistics().WorkerDeaths);
        pool.Settle();
        Assert.Equal(("done", 1), (other.Outcome, other.Starts));
    }

    [Fact]
    public void When_the_grace_period_is_over_the_worker_is_killed_although_nothing_else_happens()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1, graceSeconds: 1);
        pool.Submit(takesToken: true, token: stop.Token);
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(1));
        stop.Cancel();
        pool.Clock.Advance(TimeSpan.FromSeconds(0.99));
        Assert.False(pool.Workers[0].IsKilled);
        pool.Clock.Advance(TimeSpan.FromSeconds(0.02));
        Assert.True(pool.Workers[0].IsKilled);
    }

    [Fact]
    public void A_worker_that_is_killed_has_a_successor_before_it_is_gone()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(token: stop.Token);
        pool.Submit();
        pool.ReadyAll();
        pool.Workers[0].Start();
        stop.Cancel();
        Assert.True(pool.Workers[0] is { IsKilled: true, IsDead: false });
        Assert.Equal(2, pool.Workers.Count);
    }

    [Fact]
    public void What_a_worker_reports_after_it_was_killed_is_too_late()
    {
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(timeoutSeconds: 1);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        worker.Finish(isReported: false);
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(worker.IsKilled);
        var next = pool.Submit(timeoutSeconds: 1);
        worker.ReportAll();
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(worker.IsKilled);
        Assert.Equal(("done", nameof(TaskTimeoutException)), (task.Outcome, next.Outcome));
        worker.Finish();
        Assert.Equal((nameof(TaskTimeoutException), 1), (next.Outcome, next.Ends));
        pool.Submit();
        pool.Settle();
        Assert.All(pool.Tasks, ended => Assert.Equal(1, ended.Ends));
    }

    [Fact]
    public void A_task_that_ends_while_it_is_being_cancelled_does_not_take_its_successor_with_it()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1, graceSeconds: 1);
        var task = pool.Submit(takesToken: true, token: stop.Token);
        var next = pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        stop.Cancel();
        Assert.True(worker.WasAskedToStop);
        worker.Finish(ResponseStatus.Canceled);
        Assert.Equal("canceled", task.Outcome);
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(worker.IsKilled);
        worker.Finish();
        Assert.Equal("done", next.Outcome);
    }

    [Fact]
    public void A_task_that_has_ended_unnoticed_is_not_killed_in_the_person_of_its_successor()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(token: stop.Token);
        var next = pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        worker.Finish(isReported: false);
        worker.Start();
        stop.Cancel();
        Assert.False(worker.IsKilled);
        worker.ReportAll();
        Assert.Equal("done", task.Outcome);
        worker.Finish();
        Assert.Equal("done", next.Outcome);
    }

    [Fact]
    public void A_task_that_finishes_in_spite_of_a_cancellation_has_its_result_but_a_late_one_is_late()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1, graceSeconds: 10);
        var task = pool.Submit(takesToken: true, token: stop.Token);
        pool.ReadyAll();
        pool.Workers[0].Start();
        stop.Cancel();
        pool.Workers[0].Finish();
        Assert.Equal("done", task.Outcome);

        task = pool.Submit(takesToken: true, timeoutSeconds: 1);
        pool.Workers[0].Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True(pool.Workers[0].WasAskedToStop);
        pool.Workers[0].Finish();
        Assert.Equal(nameof(TaskTimeoutException), task.Outcome);
        Assert.False(pool.Workers[0].IsKilled);
    }

    [Fact]
    public void A_time_limit_counts_from_the_start_and_is_followed_to_the_moment()
    {
        var pool = new SimulatedPool(workers: 1);
        var tasks = new[] { pool.Submit(timeoutSeconds: 1), pool.Submit(timeoutSeconds: 1) };
        pool.ReadyAll();
        var worker = pool.Workers[0];
        pool.Clock.Advance(TimeSpan.FromSeconds(100));
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(worker.IsKilled);
        worker.Finish();
        pool.Clock.Advance(TimeSpan.FromSeconds(0.5));
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(worker.IsKilled);
        pool.Clock.Advance(TimeSpan.FromSeconds(0.002));
        Assert.True(worker.IsKilled);
        worker.Die();
        Assert.Equal("done", tasks[0].Outcome);
        Assert.Equal(nameof(TaskTimeoutException), tasks[1].Outcome);
    }

    [Fact]
    public void Workers_that_die_of_nothing_again_and_again_break_the_pool_after_longer_and_longer_waits()
    {
        var pool = new SimulatedPool(workers: 1, maxWorkerFailures: 4);
        var task = pool.Submit();
        pool.Workers[0].Die();
        Assert.Equal(2, pool.Workers.Count);
        pool.Workers[1].Die();
        Assert.Equal(2, pool.Workers.Count);
        pool.Clock.Advance(Moment);
        Assert.Equal(3, pool.Workers.Count);
        pool.Workers[2].Die();
        pool.Clock.Advance(TimeSpan.FromMilliseconds(15));
        Assert.Equal(3, pool.Workers.Count);
        pool.Clock.Advance(Moment);
        pool.Workers[3].BecomeReady();
        Assert.Equal(0, task.Ends);
        pool.Workers[3].Die();
        Assert.Equal(nameof(PoolBrokenException), task.Outcome);
        Assert.True(pool.Dispatcher.Completion.IsFaulted);
        Assert.Throws<PoolBrokenException>(() => pool.Submit());
    }

    [Fact]
    public void Workers_that_cannot_be_started_break_the_pool()
    {
        var pool = new SimulatedPool(workers: 2, maxWorkerFailures: 3) { CannotStart = true };
        var task = pool.Submit();
        pool.Settle();
        Assert.Equal(nameof(PoolBrokenException), task.Outcome);
        Assert.True(pool.IsDisposed);
    }

    [Fact]
    public void Tasks_that_kill_their_workers_fail_one_by_one_and_never_break_the_pool()
    {
        var pool = new SimulatedPool(workers: 1, maxWorkerFailures: 2);
        var tasks = pool.Submit(20);
        for (var i = 0; i < tasks.Length; i++)
        {
            pool.ReadyAll();
            pool.Workers[^1].Start();
            pool.Workers[^1].Die();
            Assert.Equal(nameof(WorkerDiedException), tasks[i].Outcome);
        }
        pool.Submit();
        pool.Settle();
        Assert.Equal("done", pool.Tasks[^1].Outcome);
    }

    [Fact]
    public void A_spare_takes_the_place_of_a_worker_that_dies()
    {
        var pool = new SimulatedPool(workers: 1, spares: 1);
        pool.Submit();
        Assert.Single(pool.Workers);
        pool.Settle();
        Assert.Equal(2, pool.Workers.Count); // Without a further call.
        pool.Submit(2);
        Assert.Equal(2, pool.Workers.Count);
        pool.ReadyAll();
        Assert.Equal(1, pool.Dispatcher.GetStatistics().SpareWorkers);
        Assert.Empty(pool.Workers[1].Waiting);
        pool.Workers[0].Start();
        pool.Workers[0].Die();
        Assert.Single(pool.Workers[1].Waiting);
        Assert.Equal(2, pool.Workers.Count);
        pool.Clock.Advance(TimeSpan.FromMilliseconds(20)); // The next spare is not in the way of this one's first task.
        Assert.Equal(3, pool.Workers.Count);
    }

    [Fact]
    public void Spares_follow_the_first_result_without_a_further_call()
    {
        var pool = new SimulatedPool(workers: 1, spares: 1);
        pool.Submit();
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Workers[0].Finish();
        Assert.Single(pool.Workers);
        pool.Clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, pool.Workers.Count);
    }

    [Fact]
    public void A_failing_initializer_ends_everything_once()
    {
        var pool = new SimulatedPool(workers: 2);
        var tasks = pool.Submit(5);
        pool.Workers[0].FailInitializer();
        Assert.All(tasks, task => Assert.Equal(nameof(PoolBrokenException), task.Outcome));
        Assert.All(pool.Workers, worker => Assert.True(worker.IsKilled));
        Assert.False(pool.IsDisposed);
        pool.Settle();
        Assert.True(pool.IsDisposed);
        Assert.Equal(2, pool.Workers.Count);
    }

    [Fact]
    public void Terminate_ends_every_handle_without_waiting_for_anybody()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(10);
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Dispatcher.Terminate();
        Assert.All(pool.Tasks, task => Assert.Equal("canceled", task.Outcome));
        Assert.False(pool.Dispatcher.Completion.IsCompleted);
        pool.Workers[0].Finish();
        pool.Settle();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
        Assert.All(pool.Tasks, task => Assert.Equal(1, task.Ends));
    }
}
