using System.Diagnostics;

namespace Multiprocessing.Tests.Processes;

public sealed class WaitingTests
{
    [Fact]
    [Trait("PainPoint", "20")]
    public async Task Many_threads_wait_for_one_child_and_time_out()
    {
        using ChildProcess child = StartEndless();
        Task<bool>[] early = [.. Enumerable.Range(0, 8).Select(i => OnThread(() => child.Join(TimeSpan.FromMilliseconds(i * 10))))];
        Assert.All(await Task.WhenAll(early), Assert.False);
        Task<bool>[] waiters = [.. Enumerable.Range(0, 16).Select(_ => OnThread(() => child.Join(TimeSpan.FromSeconds(30))))];
        child.Kill();
        Assert.All(await Task.WhenAll(waiters), Assert.True);
        child.Join();
        Assert.True(child.Join(TimeSpan.Zero));
    }

    [Fact]
    public async Task Time_outs_are_infinite_zero_or_positive()
    {
        using ChildProcess child = StartEndless();
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Join(TimeSpan.FromMilliseconds(-2)));
        Assert.False(child.Join(TimeSpan.Zero));
        child.Kill();
        Assert.True(child.Join(Timeout.InfiniteTimeSpan));
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_token_ends_the_waiting_and_not_the_child()
    {
        using ChildProcess child = StartEndless();
        using var cancellation = new CancellationTokenSource();
        Task asynchronous = child.WaitForExitAsync(cancellation.Token);
        Task<bool> blocking = OnThread(() => child.Join(Timeout.InfiniteTimeSpan, cancellation.Token));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asynchronous);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocking);
        Assert.True(child.IsAlive);
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Its_wait_handle_is_set_when_it_ends()
    {
        using ChildProcess first = StartEndless();
        using ChildProcess second = StartEndless();
        WaitHandle[] handles = [first.ExitWaitHandle, second.ExitWaitHandle];
        Assert.Equal(WaitHandle.WaitTimeout, WaitHandle.WaitAny(handles, 0));
        second.Kill();
        Assert.Equal(1, WaitHandle.WaitAny(handles, TimeSpan.FromSeconds(30)));
        first.Kill();
        Assert.True(first.ExitWaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        await Task.WhenAll(
            first.WaitForExitAsync(TestContext.Current.CancellationToken), second.WaitForExitAsync(TestContext.Current.CancellationToken));
        using var ended = new ChildProcess(() => { });
        ended.Start();
        ended.Join();
        Assert.True(ended.ExitWaitHandle.WaitOne(0));
    }

    [Fact]
    public async Task The_death_of_a_child_is_seen_within_milliseconds()
    {
        using ChildProcess child = StartEndless();
        Task exit = child.WaitForExitAsync(TestContext.Current.CancellationToken);
        long start = Stopwatch.GetTimestamp();
        child.Kill();
        await exit;
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));
    }

    private static ChildProcess StartEndless()
    {
        var child = new ChildProcess(() => Thread.CurrentThread.Join());
        child.Start();
        return child;
    }

    private static Task<bool> OnThread(Func<bool> wait) => Task.Factory.StartNew(wait, TaskCreationOptions.LongRunning);
}
