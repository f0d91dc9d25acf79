using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Maps and streams that are still submitting when their pool ends.</summary>
public sealed class DispatcherInputTests
{
    [Fact]
    public void A_completed_pool_takes_what_belongs_to_an_open_input_and_ends_after_it()
    {
        var pool = new SimulatedPool(workers: 1);
        var input = new OpenInput(pool.Dispatcher);
        pool.Submit(isPart: true);
        pool.Dispatcher.Complete();
        pool.Settle();
        Assert.False(pool.Dispatcher.Completion.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => pool.Submit());
        Assert.Throws<InvalidOperationException>(() => new OpenInput(pool.Dispatcher));
        pool.Submit(isPart: true);
        pool.Settle();
        Assert.False(pool.Dispatcher.Completion.IsCompleted);
        input.Dispose();
        input.Dispose();
        pool.Settle();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
        Assert.All(pool.Tasks, task => Assert.Equal("done", task.Outcome));
    }

    [Fact]
    public void Nobody_waits_for_an_open_input_of_a_pool_that_is_terminated()
    {
        var pool = new SimulatedPool(workers: 1);
        var input = new OpenInput(pool.Dispatcher);
        pool.Submit(isPart: true);
        pool.Dispatcher.Complete();
        pool.Dispatcher.Terminate();
        pool.Settle();
        Assert.True(pool.Dispatcher.Completion.IsCompletedSuccessfully);
        Assert.Throws<OperationCanceledException>(() => pool.Submit(isPart: true));
        input.Dispose();
    }

    [Fact]
    public void While_an_input_is_open_the_workers_of_a_completed_pool_stay()
    {
        var pool = new SimulatedPool(workers: 1);
        var input = new OpenInput(pool.Dispatcher);
        pool.Submit(isPart: true);
        pool.Dispatcher.Complete();
        pool.ReadyAll();
        var worker = pool.Workers[0];
        worker.Start();
        worker.Finish();
        Assert.False(worker.IsCompleted);
        pool.Submit(isPart: true);
        worker.Start();
        worker.Finish();
        input.Dispose();
        Assert.True(worker.IsCompleted);
    }
}
