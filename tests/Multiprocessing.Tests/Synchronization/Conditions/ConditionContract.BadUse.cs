namespace Multiprocessing.Tests.Synchronization.Conditions;

public abstract partial class ConditionContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_of_one_object_releases_its_waiters_and_no_others(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        Task<bool> elsewhere = WaitElsewhereAsync(condition, task);
        using ProcessCondition again = await Others.RunAsync(static c => c, condition);
        Task<bool>[] mine = [Begin(again, task), Begin(again, task)];
        await UntilAsync(() => Waiting(condition) == 3);
        again.Dispose();
        foreach (Task<bool> wait in mine)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        }

        Assert.False(elsewhere.IsCompleted);
        Assert.Equal(1, Waiting(condition));
        await NotifyAsync(condition, 1);
        Assert.True(await elsewhere);
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task A_disposed_object_is_of_no_use_any_more()
    {
        using var mutex = new ProcessLock();
        var condition = new ProcessCondition(mutex);
        mutex.Acquire(TestEnd);
        condition.Dispose();
        condition.Dispose();
        Assert.Throws<ObjectDisposedException>(() => condition.Wait(TestEnd));
        Assert.Throws<ObjectDisposedException>(() => condition.Notify());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => condition.WaitAsync(TestEnd));
        await Assert.ThrowsAsync<UnserializableException>(() => Others.RunAsync(NotifyOne, condition));
        Assert.True(mutex.IsHeldByCurrentProcess);
        mutex.Release();
        mutex.Dispose();
        Assert.Throws<ObjectDisposedException>(() => new ProcessCondition(mutex));
        Assert.Throws<ArgumentNullException>(() => new ProcessCondition((ProcessLock)null!));
    }

    [Fact]
    public async Task A_lock_that_is_disposed_of_meanwhile_ends_the_wait_and_the_notification_goes_on()
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        using ProcessCondition again = await Others.RunAsync(static c => c, condition);
        Task<bool> broken = Begin(again, task: false);
        await UntilAsync(() => Waiting(condition) == 1);
        Task<bool> next = Begin(condition, task: true);
        await UntilAsync(() => Waiting(condition) == 2);
        again.Lock!.Dispose();
        await NotifyAsync(condition, 1);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => broken);
        Assert.True(await next);
        Assert.Equal(0, Waiting(condition));
    }

    [Fact]
    public async Task Numbers_out_of_range_are_refused()
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        using ProcessLockScope scope = mutex.EnterScope(TestEnd);
        Assert.Throws<ArgumentOutOfRangeException>(() => condition.Notify(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => condition.Wait(TimeSpan.FromMilliseconds(-2), TestEnd));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => condition.WaitAsync(TimeSpan.FromMilliseconds(-2), TestEnd));
    }
}
