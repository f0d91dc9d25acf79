using System.Diagnostics;

namespace Multiprocessing.Tests.Synchronization.Events;

public sealed class EventOfThreadsTests() : EventContract(OtherSide.Threads);

public sealed class EventOfSpawnedProcessesTests() : EventContract(OtherSide.Spawned);

public sealed class EventOfStandbyProcessesTests() : EventContract(OtherSide.Standby);

public abstract class EventContract(OtherSide side) : SharedContract(side)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_new_event_is_as_it_was_made(bool isSet)
    {
        using var e = new ProcessEvent(isSet);
        Assert.Equal(isSet, e.IsSet);
        Assert.Equal(isSet, e.Wait(TimeSpan.Zero, TestEnd));
    }

    [Fact]
    public async Task What_one_does_others_see()
    {
        using var e = new ProcessEvent();
        await Others.RunAsync(static x => x.Set(), e);
        Assert.True(e.IsSet);
        Assert.True(await Others.RunAsync(static x => x.IsSet, e));
        e.Reset();
        Assert.False(await Others.RunAsync(static x => x.IsSet, e));
        e.Set();
        e.Set();
        Assert.True(await Others.RunAsync(static x => x.Wait(TimeSpan.Zero), e));
        await Others.RunAsync(static x => x.Reset(), e);
        Assert.False(e.IsSet);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_waits_here_is_released_by_another(bool task)
    {
        using var e = new ProcessEvent();
        Task<bool> waiting = Begin(e, task);
        await UntilAsync(() => e.IsWaitedFor);
        await Others.RunAsync(static x => x.Set(), e);
        Assert.True(await waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_who_wait_elsewhere_are_released_from_here(bool task)
    {
        using var e = new ProcessEvent();
        Task<bool>[] waiting = [.. Enumerable.Range(0, Workers).Select(_ => WaitElsewhereAsync(e, task))];
        await UntilAsync(() => e.IsWaitedFor);
        await Task.Delay(Short, TestEnd);
        Assert.All(waiting, t => Assert.False(t.IsCompleted));
        e.Set();
        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_waits_is_released_even_if_the_event_is_reset_at_once(bool task)
    {
        using var e = new ProcessEvent();
        for (int i = 0; i < 200; i++)
        {
            Task<bool> waiting = i % 2 == 0 ? WaitElsewhereAsync(e, task) : Begin(e, task);
            await UntilAsync(() => e.IsWaitedFor);
            e.Set();
            e.Reset();
            Assert.True(await waiting);
        }
    }

    [Fact]
    public async Task Two_events_are_played_back_and_forth()
    {
        const int Rounds = 2000;
        using var ping = new ProcessEvent();
        using var pong = new ProcessEvent();
        Task other = Others.RunAsync(
            static pair =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    pair.ping.Wait();
                    pair.ping.Reset();
                    pair.pong.Set();
                }
            },
            (ping, pong));
        for (int i = 0; i < Rounds; i++)
        {
            ping.Set();
            Assert.True(i % 2 == 0 ? pong.Wait(TimeSpan.FromSeconds(30), TestEnd) : await pong.WaitAsync(TimeSpan.FromSeconds(30), TestEnd));
            pong.Reset();
        }

        await other;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_time_that_is_over_ends_the_wait(bool task)
    {
        using var e = new ProcessEvent();
        long start = Stopwatch.GetTimestamp();
        Assert.False(await Begin(e, task, Short));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.False(await Begin(e, task, TimeSpan.Zero));
        e.Set();
        Assert.True(await Begin(e, task, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_token_ends_the_wait(bool task)
    {
        using var e = new ProcessEvent();
        using var source = new CancellationTokenSource();
        Task<bool> waiting = Begin(e, task, cancellation: source.Token);
        await UntilAsync(() => e.IsWaitedFor);
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(source.Token, error.CancellationToken);
        e.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Begin(e, task, cancellation: source.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_of_one_object_releases_its_waiters_and_no_others(bool task)
    {
        using var e = new ProcessEvent();
        Task<bool> elsewhere = WaitElsewhereAsync(e, task);
        await UntilAsync(() => e.IsWaitedFor);
        using ProcessEvent again = await Others.RunAsync(static x => x, e);
        Task<bool>[] waiting = [Begin(again, task), Begin(again, task)];
        await Task.Delay(Short, TestEnd);
        again.Dispose();
        foreach (Task<bool> wait in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        }

        Assert.False(elsewhere.IsCompleted);
        Assert.False(e.IsSet);
        e.Set();
        Assert.True(await elsewhere);
    }

    [Fact]
    public async Task A_disposed_object_is_of_no_use_any_more()
    {
        var e = new ProcessEvent();
        e.Dispose();
        e.Dispose();
        Assert.True(e.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => e.IsSet);
        Assert.Throws<ObjectDisposedException>(e.Set);
        Assert.Throws<ObjectDisposedException>(e.Reset);
        Assert.Throws<ObjectDisposedException>(() => e.Wait(TestEnd));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => e.WaitAsync(TestEnd));
        await Assert.ThrowsAsync<UnserializableException>(() => Others.RunAsync(static x => x.Set(), e));
    }

    [Fact]
    public async Task Negative_times_are_refused()
    {
        using var e = new ProcessEvent(initiallySet: true);
        TimeSpan negative = TimeSpan.FromMilliseconds(-2);
        Assert.Throws<ArgumentOutOfRangeException>(() => e.Wait(negative, TestEnd));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => e.WaitAsync(negative, TestEnd));
    }

    private static Task<bool> Begin(ProcessEvent e, bool task, TimeSpan? timeout = null, CancellationToken cancellation = default) => task
        ? e.WaitAsync(timeout ?? TimeSpan.FromSeconds(50), cancellation)
        : OnThreadAsync(() => e.Wait(timeout ?? TimeSpan.FromSeconds(50), cancellation));

    private Task<bool> WaitElsewhereAsync(ProcessEvent e, bool task) => task
        ? Others.RunAsync(static x => x.WaitAsync(TimeSpan.FromSeconds(50)), e)
        : Others.RunAsync(static x => x.Wait(TimeSpan.FromSeconds(50)), e);
}
