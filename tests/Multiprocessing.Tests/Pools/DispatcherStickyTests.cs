using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Where calls with a key go.</summary>
public sealed class DispatcherStickyTests
{
    [Fact]
    public void Calls_of_one_key_go_to_one_worker_also_when_others_have_nothing_to_do()
    {
        var pool = new SimulatedPool(workers: 3);
        pool.Submit(3);
        pool.ReadyAll();
        pool.Settle();
        var calls = Enumerable.Range(0, 20).Select(_ => pool.Submit(key: "a")).ToArray();
        pool.Settle();
        Assert.Single(calls.Select(call => call.Started.Worker).Distinct());
        Assert.Equal(calls, calls.OrderBy(call => call.Started.Order));
        var later = pool.Submit(key: "a");
        pool.Settle();
        Assert.Equal(calls[0].Started.Worker, later.Started.Worker);
    }

    [Fact]
    public void Every_new_key_gets_the_worker_with_the_fewest_and_workers_are_started_for_that()
    {
        var pool = new SimulatedPool(workers: 3);
        var calls = new List<SimulatedTask>();
        for (var i = 0; i < 12; i++)
        {
            calls.Add(pool.Submit(key: i));
            pool.Settle();
        }
        Assert.Equal(3, pool.Workers.Count);
        Assert.All(calls.GroupBy(call => call.Started.Worker), group => Assert.Equal(4, group.Count()));
    }

    [Fact]
    public void Calls_without_a_key_go_past_those_that_wait_for_their_worker()
    {
        var pool = new SimulatedPool(workers: 2);
        var first = pool.Submit(key: "a");
        pool.ReadyAll();
        pool.Workers[0].Start();
        var waiting = Enumerable.Range(0, 5).Select(_ => pool.Submit(key: "a")).ToArray();
        var free = pool.Submit(3);
        pool.ReadyAll();
        pool.Workers[1].Start();
        Assert.Same(free[0], pool.Workers[1].Running);
        pool.Settle();
        Assert.All(waiting, call => Assert.Equal(first.Started.Worker, call.Started.Worker));
    }

    [Fact]
    public void When_the_worker_dies_its_keys_move_with_all_that_waits_in_order()
    {
        var pool = new SimulatedPool(workers: 2);
        var calls = Enumerable.Range(0, 6).Select(_ => pool.Submit(key: "a")).ToArray();
        pool.ReadyAll();
        pool.Workers[0].Start();
        pool.Workers[0].Die();
        pool.Settle();
        Assert.Equal(nameof(WorkerDiedException), calls[0].Outcome);
        var rest = calls[1..];
        Assert.All(rest, call => Assert.Equal("done", call.Outcome));
        Assert.Single(rest.Select(call => call.Started.Worker).Distinct());
        Assert.NotEqual(pool.Workers[0].Id, rest[0].Started.Worker);
        Assert.Equal(rest, rest.OrderBy(call => call.Started.Order));
    }

    [Fact]
    public void A_key_that_waits_for_long_behind_another_one_moves_to_a_worker_with_nothing_to_do()
    {
        var pool = new SimulatedPool(workers: 2);
        var a = pool.Submit(key: "a");
        pool.ReadyAll();
        var b = pool.Submit(key: "b");
        pool.ReadyAll();
        pool.Settle();
        Assert.NotEqual(a.Started.Worker, b.Started.Worker);
        var c = pool.Submit(key: "c");
        pool.Settle();
        var (home, other) = c.Started.Worker == pool.Workers[0].Id ? (pool.Workers[0], pool.Workers[1]) : (pool.Workers[1], pool.Workers[0]);
        var blocking = pool.Submit(key: home.Id == a.Started.Worker ? "a" : "b");
        home.Start();
        var inAdvance = pool.Submit(key: home.Id == a.Started.Worker ? "a" : "b");
        var waiting = pool.Submit(key: "c");
        var next = pool.Submit(key: "c");
        pool.Clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Empty(other.Waiting);
        for (var i = 0; i < 6; i++)
        {
            pool.Clock.Advance(TimeSpan.FromMilliseconds(260));
        }
        Assert.Same(waiting, other.Waiting[0]);
        Assert.Same(blocking, home.Running);
        pool.Settle();
        Assert.Equal((other.Id, other.Id), (waiting.Started.Worker, next.Started.Worker));
        Assert.Equal((home.Id, home.Id), (blocking.Started.Worker, inAdvance.Started.Worker));
        Assert.True(waiting.Started.Order < next.Started.Order);
    }

    [Fact]
    public void Waiting_calls_can_be_cancelled_and_end_with_the_pool()
    {
        using var stop = new CancellationTokenSource();
        var pool = new SimulatedPool(workers: 1);
        pool.Submit(key: "a");
        pool.ReadyAll();
        pool.Workers[0].Start();
        var waiting = Enumerable.Range(0, 5).Select(_ => pool.Submit(key: "a")).ToArray();
        var unwanted = pool.Submit(token: stop.Token, key: "a");
        Assert.Equal(6, pool.Dispatcher.GetStatistics().QueuedTasks + pool.Dispatcher.GetStatistics().SentTasks - 1);
        stop.Cancel();
        Assert.Equal(("canceled", 1), (unwanted.Outcome, unwanted.Ends));
        pool.Dispatcher.Terminate();
        Assert.All(waiting, call => Assert.Equal("canceled", call.Outcome));
        pool.Settle();
    }

    [Fact]
    public void Keys_without_calls_are_forgotten_when_there_are_too_many()
    {
        var pool = new SimulatedPool(workers: 1, mostKeys: 10);
        for (var i = 0; i < 15; i++)
        {
            pool.Submit(key: i);
        }
        Assert.Equal(15, pool.Dispatcher.KeyCount);
        pool.Settle();
        for (var i = 0; i < 20; i++)
        {
            pool.Submit(key: 100 + i);
            pool.Settle();
        }
        Assert.Equal(10, pool.Dispatcher.KeyCount);
        Assert.All(pool.Tasks, call => Assert.Equal("done", call.Outcome));
    }
}
