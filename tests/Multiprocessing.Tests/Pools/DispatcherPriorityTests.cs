using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

public sealed class DispatcherPriorityTests
{
    [Fact]
    public void Waiting_tasks_start_by_priority_and_within_one_in_order()
    {
        var pool = new SimulatedPool(workers: 1);
        var first = pool.Submit();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        Assert.True(worker.Start());
        SimulatedTask[] tasks =
        [
            pool.Submit(priority: TaskPriority.Lowest),
            pool.Submit(),
            pool.Submit(priority: TaskPriority.Highest),
            pool.Submit(priority: TaskPriority.BelowNormal),
            pool.Submit(priority: TaskPriority.Highest),
            pool.Submit(priority: TaskPriority.AboveNormal),
            pool.Submit(),
        ];
        Assert.Same(first, worker.Running);
        foreach (var i in new[] { 2, 4, 5, 1, 6, 3, 0 })
        {
            worker.Finish();
            Assert.True(worker.Start());
            Assert.Same(tasks[i], worker.Running);
        }
    }

    [Fact]
    public void What_was_given_in_advance_is_taken_back_for_something_more_urgent()
    {
        var pool = new SimulatedPool(workers: 2);
        var normal = pool.Submit(10);
        pool.ReadyAll();
        pool.Workers.ForEach(worker => Assert.True(worker.Start()));
        Assert.All(pool.Workers, worker => Assert.Single(worker.Waiting));

        var urgent = pool.Submit(priority: TaskPriority.AboveNormal);
        Assert.Contains(pool.Workers, worker => worker.Waiting is [var task] && task == urgent);
        Assert.All(pool.Workers, worker => Assert.Single(worker.Waiting));
        pool.Settle();
        Assert.All(normal, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
        Assert.Equal(("done", 1), (urgent.Outcome, urgent.Starts));
    }

    [Fact]
    public void Something_urgent_goes_to_a_worker_whose_first_task_has_not_started()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(priority: TaskPriority.Lowest);
        pool.ReadyAll();
        var urgent = pool.Submit(priority: TaskPriority.Highest);
        Assert.True(pool.Workers[0].Start());
        Assert.Same(urgent, pool.Workers[0].Running);
    }

    [Fact]
    public void Cancelled_tasks_of_any_priority_are_dropped_from_the_queue()
    {
        var pool = new SimulatedPool(workers: 1);
        using var stop = new CancellationTokenSource();
        var kept = new List<SimulatedTask>();
        for (var i = 0; i < 1000; i++)
        {
            var priority = (TaskPriority)((i % 5) - 2);
            pool.Submit(priority: priority, token: stop.Token);
            if (i % 7 == 0)
            {
                kept.Add(pool.Submit(priority: priority));
            }
        }
        stop.Cancel();
        pool.Dispatcher.CheckNow();
        pool.Settle();
        Assert.All(kept, task => Assert.Equal("done", task.Outcome));
        Assert.Equal(1000, pool.Tasks.Count(task => task.Outcome == "canceled"));
    }

    [Fact]
    public void A_flood_of_urgent_tasks_does_not_take_the_others_back_again_and_again()
    {
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(5000);
        pool.ReadyAll();
        for (var i = 0; i < 2000; i++)
        {
            // Short tasks: much is given in advance.
            pool.Workers[0].Start();
            pool.Clock.Advance(TimeSpan.FromMicroseconds(1));
            pool.Workers[0].Finish();
        }
        Assert.True(pool.Workers[0].Waiting.Count > 100);
        var before = pool.Workers[0].Revocations;
        for (var i = 0; i < 1000; i++)
        {
            pool.Submit(priority: TaskPriority.Highest);
        }
        Assert.InRange(pool.Workers[0].Revocations - before, 100, 520);
        pool.Settle();
        Assert.All(pool.Tasks, task => Assert.Equal(("done", 1), (task.Outcome, task.Starts)));
    }
}
