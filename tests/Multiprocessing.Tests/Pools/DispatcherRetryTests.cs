using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Tasks that are tried again, in a simulated pool.</summary>
public sealed class DispatcherRetryTests
{
    private static readonly RetryPolicy Twice = new() { MaxRetries = 2, InitialDelay = TimeSpan.FromSeconds(1), DelayFactor = 3 };
    private static readonly RetryPolicy AtOnce = new() { MaxRetries = 2, InitialDelay = TimeSpan.Zero };

    [Fact]
    public void Nothing_is_tried_again_unless_asked_for()
    {
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit();
        Kill(pool);
        Assert.Equal((nameof(WorkerDiedException), 1), (task.Outcome, task.Starts));
    }

    [Fact]
    public void A_task_whose_worker_died_is_tried_again_after_longer_and_longer_delays_and_fails_after_the_last()
    {
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(retry: Twice);
        Kill(pool);
        Assert.Equal((TaskState.Delayed, 0), (task.State, task.Ends));
        Assert.Equal(1, pool.Dispatcher.GetStatistics().QueuedTasks);
        pool.ReadyAll();
        pool.Clock.Advance(TimeSpan.FromSeconds(0.99));
        Assert.Empty(pool.Workers[1].Waiting);
        pool.Clock.Advance(TimeSpan.FromSeconds(0.02));
        Assert.Single(pool.Workers[1].Waiting);
        Kill(pool);
        pool.ReadyAll();
        pool.Clock.Advance(TimeSpan.FromSeconds(2.99));
        Assert.Empty(pool.Workers[2].Waiting);
        pool.Clock.Advance(TimeSpan.FromSeconds(0.02));
        Kill(pool);
        Assert.Equal((nameof(WorkerDiedException), 3), (task.Outcome, task.Starts));
        var died = Assert.IsType<WorkerDiedException>(task.LastFailure);
        Assert.Equal(3, died.Attempt);
        Assert.Contains("attempt 3", died.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3), (pool.Dispatcher.GetStatistics().RetriedTasks, pool.Dispatcher.GetStatistics().WorkerDeaths));
    }

    [Fact]
    public void A_task_that_is_tried_again_is_alone_in_its_worker_and_others_go_on()
    {
        var pool = new SimulatedPool(workers: 2);
        var task = pool.Submit(retry: AtOnce);
        pool.ReadyAll();
        pool.Workers[0].Start();
        var others = pool.Submit(30);
        pool.Workers[0].Die();
        pool.ReadyAll();
        var busy = pool.Workers[1];
        while (pool.Workers.TrueForAll(worker => !worker.Waiting.Contains(task)))
        {
            Assert.True(busy.Start());
            busy.Finish();
            pool.ReadyAll();
            pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        var second = pool.Workers.Find(worker => worker.Waiting.Contains(task))!;
        Assert.Single(second.Waiting);
        second.Start();
        while (pool.Workers.Find(worker => worker.Waiting.Count > 0 && !worker.IsDead) is { } worker)
        {
            Assert.Empty(second.Waiting);
            worker.Start();
            worker.Finish();
        }
        Assert.All(others, other => Assert.Equal(("done", 1), (other.Outcome, other.Starts)));
        second.Finish();
        Assert.Equal(("done", 2), (task.Outcome, task.Starts));
    }

    [Fact]
    public void A_task_is_tried_again_although_there_is_always_other_work()
    {
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(retry: AtOnce);
        Kill(pool);
        for (var i = 0; i < 100 && task.Ends == 0; i++)
        {
            pool.Submit(5);
            pool.ReadyAll();
            pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
            pool.Workers[^1].Start();
            pool.Workers[^1].Finish();
        }
        Assert.Equal("done", task.Outcome);
        Assert.InRange(pool.Tasks.Count(other => other.Ends > 0), 1, 5);
    }

    [Fact]
    public void A_delayed_task_is_cancelled_at_once()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(retry: Twice, token: stop.Token);
        Kill(pool);
        stop.Cancel();
        Assert.Equal("canceled", task.Outcome);
        pool.Dispatcher.Complete();
        pool.Settle();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void Time_limits_end_a_task_unless_it_is_to_be_tried_again_for_them_too()
    {
        var pool = new SimulatedPool(workers: 1);
        var once = pool.Submit(retry: AtOnce, timeoutSeconds: 1);
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        pool.Workers[0].Die();
        Assert.Equal(nameof(TaskTimeoutException), once.Outcome);

        var again = pool.Submit(retry: new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero, RetriesTimeouts = true }, timeoutSeconds: 1);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.Equal(0, again.Ends);
            pool.ReadyAll();
            pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var worker = pool.Workers[^1];
            worker.Start();
            pool.Clock.Advance(TimeSpan.FromSeconds(2));
            worker.Die();
        }
        Assert.Equal(2, Assert.IsType<TaskTimeoutException>(again.LastFailure).Attempt);
    }

    [Fact]
    public void A_late_result_is_forgotten_when_its_task_is_tried_again()
    {
        var pool = new SimulatedPool(workers: 1, graceSeconds: 10);
        var task = pool.Submit(
            takesToken: true, timeoutSeconds: 1, retry: new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero, RetriesTimeouts = true });
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        pool.Workers[0].Finish();
        Assert.Equal((0, 1), (task.Ends, task.Drops));
        pool.Settle();
        Assert.Equal(("done", 2, false), (task.Outcome, task.Starts, pool.Workers[0].IsKilled));
    }

    [Fact]
    public void What_was_given_up_while_it_was_out_of_time_is_not_tried_again()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        var task = pool.Submit(timeoutSeconds: 1, retry: new RetryPolicy { MaxRetries = 1, RetriesTimeouts = true }, token: stop.Token);
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        stop.Cancel();
        pool.Workers[0].Die();
        Assert.Equal(nameof(TaskTimeoutException), task.Outcome);
    }

    [Fact]
    public void A_cancelled_task_whose_worker_dies_before_it_has_ended_is_not_tried_again()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1, graceSeconds: 10);
        var task = pool.Submit(takesToken: true, retry: AtOnce, token: stop.Token);
        pool.ReadyAll();
        pool.Workers[0].Start();
        stop.Cancel();
        pool.Workers[0].Die();
        pool.Settle();
        Assert.Equal(("canceled", 1), (task.Outcome, task.Starts));
    }

    [Fact]
    public void A_pool_that_is_completed_tries_again_and_one_that_is_terminated_does_not()
    {
        foreach (var isTerminated in new[] { false, true })
        {
            var pool = new SimulatedPool(workers: 1);
            var task = pool.Submit(retry: Twice);
            Kill(pool);
            pool.Dispatcher.Complete();
            if (isTerminated)
            {
                pool.Dispatcher.Terminate();
            }
            pool.Settle();
            Assert.Equal(isTerminated ? "canceled" : "done", task.Outcome);
            Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
        }
    }

    /// <summary>The one worker starts what it has and dies of it.</summary>
    private static void Kill(SimulatedPool pool)
    {
        pool.ReadyAll();
        Assert.True(pool.Workers[^1].Start());
        pool.Workers[^1].Die();
    }
}
