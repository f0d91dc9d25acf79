using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Cancellations that come before, while and after the task runs that they are for.</summary>
public sealed class RunningTaskTests
{
    private readonly RunningTask _running = new();

    [Fact]
    public void A_task_that_was_cancelled_before_it_began_begins_cancelled()
    {
        _running.Cancel(7);
        Assert.True(_running.Begin(7).IsCancellationRequested);
    }

    [Fact]
    public void A_late_cancellation_of_an_earlier_task_takes_nothing_from_that_of_the_next_one()
    {
        _running.Begin(6);
        _running.End();
        _running.Cancel(7);
        _running.Cancel(6);
        Assert.True(_running.Begin(7).IsCancellationRequested);
    }

    [Fact]
    public void The_numbers_begin_anew_after_the_last_one()
    {
        _running.Cancel(uint.MaxValue);
        Assert.False(_running.Begin(1).IsCancellationRequested);
        _running.End();
        _running.Cancel(2);
        Assert.True(_running.Begin(2).IsCancellationRequested);
    }

    [Fact]
    public void A_cancellation_is_for_one_task()
    {
        _running.Cancel(7);
        _running.Begin(7);
        _running.End();
        Assert.False(_running.Begin(8).IsCancellationRequested);
    }
}
