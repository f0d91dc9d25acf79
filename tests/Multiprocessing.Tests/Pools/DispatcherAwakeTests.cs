using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>More workers than processors: who gets short tasks.</summary>
public sealed class DispatcherAwakeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMicroseconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMicroseconds(50);

    [Fact]
    public void A_short_task_goes_to_a_worker_that_is_awake_and_wakes_no_other()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit();
        awake.Start();
        pool.Submit();
        Assert.Single(awake.Waiting);
        Assert.Equal(1, CountBusy(pool));
    }

    [Fact]
    public void Of_two_that_are_awake_the_one_with_less_to_do_gets_the_next_task()
    {
        var pool = PoolOf(workers: 4, processors: 2);
        var awake = WakeUp(pool, 2);
        for (var each = 1; each <= 2; each++)
        {
            pool.Submit(2);
            Assert.All(awake, worker => Assert.Equal(each, worker.Waiting.Count));
        }
        Assert.Equal(2, CountBusy(pool));
    }

    [Fact]
    public void What_those_that_are_awake_have_no_room_for_waits_for_them()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit(20);
        Assert.Equal(1, CountBusy(pool));
        while (awake.Start())
        {
            pool.Clock.Advance(Short);
            awake.Finish();
            Assert.Equal(awake.Waiting.Count == 0 ? 0 : 1, CountBusy(pool));
        }
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_worker_that_finishes_while_others_are_awake_goes_to_sleep()
    {
        var pool = PoolOf(workers: 3, processors: 1);
        pool.Submit(2);
        var (awake, other) = (pool.Workers.Find(worker => worker.Waiting.Count == 1)!, pool.Workers.FindLast(worker => worker.Waiting.Count == 1)!);
        Assert.NotSame(awake, other);
        Assert.True(other.Start());
        Finish(pool, awake, Short);
        pool.Submit(20);
        Finish(pool, other, Short);
        Assert.Empty(other.Waiting);
        Assert.NotEmpty(awake.Waiting);
    }

    [Fact]
    public void With_a_processor_for_each_worker_an_idle_one_is_woken()
    {
        var pool = PoolOf(workers: 2, processors: 2);
        var first = WakeUp(pool, 1)[0];
        pool.Submit(2);
        Assert.Equal(2, CountBusy(pool));
        Assert.Single(first.Waiting);
    }

    [Fact]
    public void Fewer_awake_than_processors_are_not_enough()
    {
        var pool = PoolOf(workers: 4, processors: 2);
        WakeUp(pool, 1);
        pool.Submit(2);
        Assert.Equal(2, CountBusy(pool));
    }

    [Fact]
    public void Who_has_run_a_longer_task_is_not_awake()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        WakeUp(pool, 1, Long);
        pool.Submit(2);
        Assert.Equal(2, CountBusy(pool));
    }

    [Fact]
    public void Who_has_not_reported_for_a_millisecond_is_not_awake()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        WakeUp(pool, 1);
        pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
        pool.Submit(2);
        Assert.Equal(2, CountBusy(pool));
    }

    [Fact]
    public void What_was_kept_for_one_that_is_busy_after_all_goes_to_others_at_the_next_look()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit(4);
        Assert.Equal(1, CountBusy(pool));
        awake.Start();
        pool.Clock.Advance(TimeSpan.FromMilliseconds(15));
        Assert.Empty(awake.Waiting);
        Assert.Equal(4, CountBusy(pool));
    }

    [Fact]
    public void What_was_kept_for_one_that_died_goes_to_others_at_once()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit(4);
        awake.Die();
        Assert.Equal(4, CountWaiting(pool));
        pool.Submit();
        Assert.Equal(5, CountWaiting(pool)); // Nor is the next one kept for it.
    }

    [Fact]
    public void What_was_kept_goes_to_others_as_soon_as_a_task_comes_when_nobody_is_awake_any_more()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        WakeUp(pool, 1);
        pool.Submit(3);
        Assert.Equal(1, CountBusy(pool));
        pool.Clock.Advance(TimeSpan.FromMilliseconds(1));
        pool.Submit();
        Assert.Equal(4, CountWaiting(pool));
    }

    [Fact]
    public void An_urgent_task_wakes_whoever_is_idle()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit();
        awake.Start();
        pool.Submit(priority: TaskPriority.Highest);
        Assert.Equal(2, CountBusy(pool));
    }

    [Fact]
    public void Where_some_tasks_are_urgent_nobody_sleeps_while_one_waits()
    {
        var pool = PoolOf(workers: 3, processors: 1);
        pool.Submit(priority: TaskPriority.Highest);
        pool.Settle();
        pool.Submit(3);
        var busy = pool.Live.ToArray();
        Assert.All(busy, static worker => Assert.True(worker.Start()));
        pool.Submit(20);
        Finish(pool, busy[0], Short);
        Finish(pool, busy[1], Short);
        Finish(pool, busy[1], Short); // What it had in advance.
        Assert.NotEmpty(busy[1].Waiting);
    }

    [Fact]
    public void A_task_that_is_tried_again_is_taken_by_the_next_that_has_nothing_else()
    {
        var pool = PoolOf(workers: 3, processors: 1);
        var again = pool.Submit(retry: new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero });
        pool.Submit(2);
        var dying = pool.Workers.Find(worker => worker.Waiting.Contains(again))!;
        var others = pool.Live.Where(worker => worker != dying).ToArray();
        Assert.All(pool.Live, static worker => Assert.True(worker.Start()));
        pool.Submit(2); // In advance.
        dying.Die();
        pool.Clock.Advance(Short);
        var awake = Array.Find(others, static worker => worker.Waiting.Count > 0)!;
        Finish(pool, awake, Short);
        Assert.NotEmpty(awake.Waiting);
        var next = Array.Find(others, worker => worker != awake)!;
        while (next.Running is not null || next.Start())
        {
            Finish(pool, next, Short);
            if (next.Waiting.Contains(again))
            {
                return;
            }
        }
        Assert.Fail("It was taken by nobody.");
    }

    [Fact]
    public void One_that_runs_what_is_tried_again_is_not_waited_for()
    {
        var pool = PoolOf(workers: 2, processors: 1);
        pool.Submit(retry: new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero });
        var dying = pool.Live.Single(static worker => worker.Waiting.Count > 0);
        var other = pool.Live.Single(worker => worker != dying);
        dying.Start();
        pool.Submit();
        Finish(pool, other, Short); // Awake from now on.
        dying.Die();
        pool.Clock.Advance(Short);
        Assert.Single(other.Waiting);
        pool.ReadyAll();
        pool.Submit();
        Assert.Equal(2, CountWaiting(pool));
    }

    [Fact]
    public void One_that_is_to_go_is_not_waited_for()
    {
        var pool = PoolOf(workers: 3, processors: 1);
        pool.Submit(3);
        var (awake, other) = (pool.Workers[0], pool.Workers[1]);
        pool.Workers.ForEach(static worker => worker.Start());
        Finish(pool, awake, Short);
        pool.Submit();
        awake.Start();
        pool.Dispatcher.Resize(2);
        Finish(pool, other, Long);
        pool.Submit();
        Assert.Single(other.Waiting);
    }

    [Fact]
    public void A_batch_wakes_whoever_is_idle()
    {
        var pool = PoolOf(workers: 4, processors: 1);
        WakeUp(pool, 1);
        pool.Submit();
        pool.SubmitBatch(100);
        Assert.InRange(CountBusy(pool), 2, 4);
    }

    [Fact]
    public void What_a_worker_may_not_have_of_a_batch_wakes_whoever_is_idle()
    {
        var pool = PoolOf(workers: 3, processors: 1, taskLimit: 8);
        pool.Submit(2);
        var busy = pool.Live.Where(static worker => worker.Waiting.Count > 0).ToArray();
        Assert.All(busy, static worker => Assert.True(worker.Start()));
        Finish(pool, busy[0], Short);
        Finish(pool, busy[1], Long); // The last one to become idle, and the first one to be used.
        pool.SubmitBatch(20);
        Assert.Equal(3, CountBusy(pool));
    }

    [Fact]
    public void One_that_is_awake_and_idle_gets_what_a_busy_one_has_not_started()
    {
        var pool = PoolOf(workers: 2, processors: 1);
        pool.Submit(2);
        pool.Workers.ForEach(static worker => worker.Start());
        pool.Submit(2); // In advance.
        var (awake, busy) = (pool.Workers[0], pool.Workers[1]);
        Finish(pool, awake, Short);
        Assert.Single(busy.Waiting);
        Finish(pool, awake, Short);
        Assert.Empty(busy.Waiting);
        Assert.Single(awake.Waiting);
    }

    [Fact]
    public void One_that_may_have_no_more_tasks_is_not_waited_for()
    {
        var pool = PoolOf(workers: 4, processors: 1, taskLimit: 3);
        var awake = WakeUp(pool, 1)[0];
        pool.Submit(4);
        Assert.Equal(2, awake.Waiting.Count);
        Assert.Equal(3, CountBusy(pool));
    }

    private static SimulatedPool PoolOf(int workers, int processors, long? taskLimit = null)
    {
        var pool = new SimulatedPool(workers, minWorkers: workers, processors: processors, taskLimit: taskLimit);
        pool.ReadyAll();
        return pool;
    }

    /// <summary>Lets as many workers finish a task of that length.</summary>
    private static SimulatedWorker[] WakeUp(SimulatedPool pool, int count, TimeSpan? length = null)
    {
        pool.Submit(count);
        var busy = pool.Workers.FindAll(static worker => worker.Waiting.Count > 0);
        Assert.Equal(count, busy.Count);
        busy.ForEach(worker => Finish(pool, worker, length ?? Short));
        return [.. busy];
    }

    private static void Finish(SimulatedPool pool, SimulatedWorker worker, TimeSpan length)
    {
        if (worker.Running is null)
        {
            Assert.True(worker.Start());
        }
        pool.Clock.Advance(length);
        Assert.True(worker.Finish());
    }

    private static int CountWaiting(SimulatedPool pool) => pool.Live.Sum(static worker => worker.Waiting.Count);

    private static int CountBusy(SimulatedPool pool) => pool.Live.Count(static worker => worker.Running is not null || worker.Waiting.Count > 0);
}
