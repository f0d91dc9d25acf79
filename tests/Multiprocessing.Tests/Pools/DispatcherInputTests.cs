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
}
