using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Batches as the dispatcher sees them: how they are divided, stopped and lost.</summary>
public sealed class DispatcherBatchTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void An_idle_worker_gets_half_of_what_a_batch_has_left_while_that_runs()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.SubmitBatch(10);
        pool.ReadyAll();
        var (first, second) = (pool.Workers[0], pool.Workers[1]);
        Assert.Equal(10, first.Waiting.Sum(task => task.ItemCount) + second.Waiting.Sum(task => task.ItemCount));
        Assert.Equal(5, Assert.Single(second.Waiting).ItemCount);
        first.Start();
        while (second.Start())
        {
            second.Finish();
        }
        Assert.Equal(1, first.Running!.ItemCount);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
        Assert.Equal(10, pool.Dispatcher.GetStatistics().CompletedTasks);
    }

    [Fact]
    public void What_is_nearly_done_is_not_divided_unless_it_does_not_move()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(2);
        pool.Settle();
        pool.SubmitBatch(10, estimate: 1);
        Assert.Single(pool.Workers, worker => worker.Waiting.Count + (worker.Running is null ? 0 : 1) > 0);
        pool.Workers[1].Start();
        pool.Clock.Advance(Moment);
        Assert.NotEmpty(pool.Workers[0].Waiting);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_chunk_stays_with_its_worker()
    {
        var pool = new SimulatedPool(workers: 2);
        pool.Submit(2);
        pool.Settle();
        pool.SubmitBatch(10, isChunk: true);
        pool.Workers[1].Start();
        pool.Clock.Advance(Moment);
        Assert.Empty(pool.Workers[0].Waiting);
        Assert.Equal(10, pool.Workers[1].Running!.ItemCount);
        pool.Settle();
        Assert.Equal(3, pool.Tasks.Count);
    }

    [Fact]
    public void Items_behind_a_long_one_run_elsewhere_and_those_before_it_are_published()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.SubmitBatch(10);
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        worker.Finish();
        worker.Start();
        pool.Clock.Advance(Moment);
        Assert.True(worker.Harvests > 0);
        Assert.Equal(2, worker.Running!.ItemCount);
        Assert.Equal(8, pool.Dispatcher.GetStatistics().QueuedTasks);
        Assert.Equal(2, pool.Dispatcher.GetStatistics().SentTasks);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_worker_that_dies_costs_the_item_that_it_ran()
    {
        var pool = new SimulatedPool(workers: 1);
        var batch = pool.SubmitBatch(10, isChunk: true);
        pool.ReadyAll();
        var items = batch.Items.ToList();
        var worker = pool.Workers[0];
        for (var i = 0; i < 4; i++)
        {
            worker.Start();
            worker.Finish();
        }
        worker.Start();
        worker.Die();
        pool.Settle();
        Assert.Equal("WorkerDiedException", items[4].Outcome);
        items.RemoveAt(4);
        Assert.All(items, item => Assert.Equal(("done", 1), (item.Outcome, item.Starts)));
    }

    [Fact]
    public void A_worker_that_dies_between_two_items_costs_none()
    {
        var pool = new SimulatedPool(workers: 1);
        var batch = pool.SubmitBatch(3, isChunk: true);
        pool.ReadyAll();
        var items = batch.Items.ToList();
        pool.Workers[0].Start();
        pool.Workers[0].Finish();
        pool.Workers[0].Die();
        pool.Settle();
        Assert.All(items, item => Assert.Equal(("done", 1), (item.Outcome, item.Starts)));
    }

    [Fact]
    public void The_time_limit_is_each_items_own()
    {
        var pool = new SimulatedPool(workers: 1, graceSeconds: 0);
        var batch = pool.SubmitBatch(4, timeoutSeconds: 1, isChunk: true);
        pool.ReadyAll();
        var items = batch.Items.ToList();
        var worker = pool.Workers[0];
        for (var i = 0; i < 2; i++)
        {
            worker.Start();
            pool.Clock.Advance(TimeSpan.FromSeconds(0.9));
            worker.Finish();
        }
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(1.01));
        Assert.True(worker.IsKilled);
        pool.Settle();
        Assert.Equal("TaskTimeoutException", items[2].Outcome);
        items.RemoveAt(2);
        Assert.All(items, item => Assert.Equal(("done", 1), (item.Outcome, item.Starts)));
    }

    [Fact]
    public void A_late_item_that_gives_way_fails_alone_and_its_worker_lives_on()
    {
        var pool = new SimulatedPool(workers: 1);
        var batch = pool.SubmitBatch(4, takesToken: true, timeoutSeconds: 1);
        pool.ReadyAll();
        var items = batch.Items.ToList();
        var worker = pool.Workers[0];
        worker.Start();
        worker.Finish();
        worker.Start();
        pool.Clock.Advance(TimeSpan.FromSeconds(1.01));
        Assert.True(worker.WasAskedToStop);
        worker.Finish(ResponseStatus.Canceled);
        pool.Settle();
        Assert.False(worker.IsKilled);
        Assert.Equal("TaskTimeoutException", items[1].Outcome);
        items.RemoveAt(1);
        Assert.All(items, item => Assert.Equal(("done", 1), (item.Outcome, item.Starts)));
    }

    [Fact]
    public void A_cancelled_batch_ends_with_the_item_that_runs()
    {
        var pool = new SimulatedPool(workers: 1);
        using var stop = new CancellationTokenSource();
        var batch = pool.SubmitBatch(4, takesToken: true, token: stop.Token);
        pool.ReadyAll();
        var items = batch.Items.ToList();
        pool.Workers[0].Start();
        stop.Cancel();
        Assert.All(items[1..], item => Assert.Equal(("canceled", 0), (item.Outcome, item.Starts)));
        Assert.Null(items[0].Outcome);
        pool.Workers[0].Finish(ResponseStatus.Canceled);
        Assert.NotNull(items[0].Outcome);
        Assert.False(pool.Workers[0].IsKilled);
    }

    [Fact]
    public void A_worker_is_given_no_more_items_than_it_may_run()
    {
        var pool = new SimulatedPool(workers: 2, taskLimit: 3);
        pool.SubmitBatch(10);
        pool.Settle();
        Assert.All(pool.Workers, worker => Assert.InRange(worker.Starts, 0, 3));
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void A_batch_that_can_be_divided_is_work_for_as_many_workers_as_it_has_items()
    {
        var pool = new SimulatedPool(workers: 3);
        pool.SubmitBatch(2);
        Assert.Equal(2, pool.Workers.Count);
        pool = new SimulatedPool(workers: 3);
        pool.SubmitBatch(2, isChunk: true);
        Assert.Single(pool.Workers);
    }
}
