using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Conditions;

public sealed class ConditionOfThreadsTests() : ConditionContract(OtherSide.Threads);

public sealed class ConditionOfSpawnedProcessesTests() : ConditionContract(OtherSide.Spawned);

public sealed class ConditionOfStandbyProcessesTests() : ConditionContract(OtherSide.Standby);

public abstract partial class ConditionContract(OtherSide side) : SharedContract(side)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    [Fact]
    public async Task Without_the_lock_there_is_no_waiting_and_no_notifying()
    {
        using var mutex = new ProcessLock();
        using var recursive = new ProcessRLock();
        using var condition = new ProcessCondition(mutex);
        using var other = new ProcessCondition(recursive);
        Assert.Same(mutex, condition.Lock);
        Assert.Null(condition.RLock);
        Assert.Same(recursive, other.RLock);
        Assert.Throws<SynchronizationLockException>(() => condition.Notify());
        Assert.Throws<SynchronizationLockException>(other.NotifyAll);
        Assert.Throws<SynchronizationLockException>(() => condition.Wait(TestEnd));
        Assert.Throws<SynchronizationLockException>(() => other.WaitFor(() => true, TestEnd));
        await Assert.ThrowsAsync<SynchronizationLockException>(() => condition.WaitAsync(TestEnd));
        await OnThreadAsync(() =>
        {
            Exception? error = null;
            recursive.Acquire();
            var neighbour = new Thread(() => error = Record.Exception(() => other.Wait(Short)));
            neighbour.Start();
            neighbour.Join();
            recursive.Release();
            return Assert.IsType<SynchronizationLockException>(error);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_waits_here_is_notified_by_another(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        Task<bool> waiting = Begin(condition, task);
        await UntilAsync(() => Waiting(condition) == 1);
        await Others.RunAsync(NotifyOne, condition);
        Assert.True(await waiting);
        Assert.Equal(0, Waiting(condition));
        Assert.False(mutex.IsLocked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_who_wait_elsewhere_are_notified_from_here(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        Task<bool>[] waiting = [.. Enumerable.Range(0, Workers).Select(_ => WaitElsewhereAsync(condition, task))];
        await UntilAsync(() => Waiting(condition) == Workers);
        using (mutex.EnterScope(TestEnd))
        {
            condition.NotifyAll();

            // The notifier does not wait for them, and none of them goes on while it has the lock.
            await Task.Delay(Short, TestEnd);
            Assert.All(waiting, t => Assert.False(t.IsCompleted));
        }

        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    [Fact]
    public async Task As_many_are_notified_as_asked_for()
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        Task<bool>[] waiting =
        [
            .. Enumerable.Range(0, Workers).Select(i => WaitElsewhereAsync(condition, task: i % 2 == 0)),
            Begin(condition, task: true),
            Begin(condition, task: false),
        ];
        await UntilAsync(() => Waiting(condition) == waiting.Length);
        await NotifyAsync(condition, 0);
        await Task.Delay(Short, TestEnd);
        Assert.Equal(waiting.Length, Waiting(condition));
        await NotifyAsync(condition, 2);
        await UntilAsync(() => waiting.Count(t => t.IsCompleted) == 2);
        await Task.Delay(Short, TestEnd);
        Assert.Equal(waiting.Length - 2, waiting.Count(t => !t.IsCompleted));
        await NotifyAsync(condition, 100);
        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Within_a_process_they_come_back_in_their_order(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        var order = new List<int>();
        var waiting = new List<Task>();
        for (int i = 0; i < 10; i++)
        {
            int number = i;
            waiting.Add(Task.Run(async () =>
            {
                Assert.True(await Begin(condition, task, after: () => order.Add(number)));
            }));
            await UntilAsync(() => Waiting(condition) == number + 1);
        }

        for (int i = 0; i < 10; i++)
        {
            await NotifyAsync(condition, 1);
            await UntilAsync(() => order.Count == i + 1);
        }

        await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(0, 10), order);
    }

    [Fact]
    public async Task A_notification_that_nobody_waits_for_is_forgotten()
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        await Others.RunAsync(NotifyOne, condition);
        Assert.False(await Begin(condition, task: false, Short));
        Assert.False(await Begin(condition, task: true, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task However_a_wait_ends_the_lock_is_owned(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        using var source = new CancellationTokenSource();
        long start = Stopwatch.GetTimestamp();
        mutex.Acquire(TestEnd);
        Assert.False(task ? await condition.WaitAsync(Short, TestEnd) : condition.Wait(Short, TestEnd));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.True(mutex.IsHeldByCurrentProcess);
        source.CancelAfter(Short);
        var error = task
            ? await Assert.ThrowsAnyAsync<OperationCanceledException>(() => condition.WaitAsync(source.Token))
            : Assert.ThrowsAny<OperationCanceledException>(() => condition.Wait(source.Token));
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.True(mutex.IsHeldByCurrentProcess);
        Assert.Equal(AcquireResult.Acquired, condition.ReacquireResult);
        mutex.Release();
        Assert.Equal(0, Waiting(condition));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_scope_around_a_wait_releases_the_lock(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        for (int i = 0; i < 3; i++)
        {
            using (mutex.EnterScope(TestEnd))
            {
                Assert.False(task ? await condition.WaitAsync(TimeSpan.Zero, TestEnd) : condition.Wait(TimeSpan.Zero, TestEnd));
                await Others.RunAsync(static c => c.Lock!.IsLocked, condition);
            }

            Assert.False(mutex.IsLocked);
        }
    }

    [Fact]
    public void A_scope_that_has_ended_releases_nothing_that_came_after_a_wait()
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        ProcessLockScope first = mutex.EnterScope(TestEnd);
        first.Dispose();
        ProcessLockScope second = mutex.EnterScope(TestEnd);
        condition.Wait(TimeSpan.Zero, TestEnd);
        second.Dispose();
        for (int i = 0; i < 5; i++)
        {
            using (mutex.EnterScope(TestEnd))
            {
                first.Dispose();
                second.Dispose();
                Assert.True(mutex.IsLocked);
            }
        }
    }

    [Fact]
    public async Task A_recursive_lock_is_released_wholly_and_had_back_as_often()
    {
        using var mutex = new ProcessRLock();
        using var condition = new ProcessCondition(mutex);
        Task waiting = OnThreadAsync(() =>
        {
            mutex.Acquire();
            mutex.Acquire();
            mutex.Acquire();
            bool notified = condition.Wait(Long);
            mutex.Release();
            mutex.Release();
            Assert.True(mutex.IsHeldByCurrentThread);
            mutex.Release();
            Assert.Throws<SynchronizationLockException>(mutex.Release);
            return notified;
        });
        await UntilAsync(() => Waiting(condition) == 1);
        await Others.RunAsync(
            static c =>
            {
                using (c.RLock!.EnterScope())
                {
                    c.NotifyAll();
                }
            },
            condition);
        await waiting;
        await Assert.ThrowsAsync<NotSupportedException>(() => condition.WaitAsync(TestEnd));
        await Assert.ThrowsAsync<NotSupportedException>(() => condition.WaitForAsync(() => true, TestEnd));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waiting_for_something_looks_at_once_and_after_each_notification(bool task)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        using var value = new SharedProbe();
        using (mutex.EnterScope(TestEnd))
        {
            Assert.True(condition.WaitFor(() => true, TimeSpan.Zero, TestEnd));
            Assert.False(condition.WaitFor(() => false, TimeSpan.Zero, TestEnd));
            Assert.True(await condition.WaitForAsync(() => true, TimeSpan.Zero, TestEnd));
            Assert.False(await condition.WaitForAsync(() => false, Short, TestEnd));
        }

        Task other = Others.RunAsync(
            static pair =>
            {
                for (int i = 0; i < 100; i++)
                {
                    using (pair.condition.Lock!.EnterScope())
                    {
                        pair.value.Add(0, 1);
                        pair.condition.NotifyAll();
                    }
                }
            },
            (condition, value));
        using (mutex.EnterScope(TestEnd))
        {
            bool all = task
                ? await condition.WaitForAsync(() => value[0] == 100, Long, TestEnd)
                : condition.WaitFor(() => value[0] == 100, Long, TestEnd);
            Assert.True(all);
        }

        await other;
    }

    [Fact]
    public async Task Producers_and_consumers_lose_nothing()
    {
        const int Each = 1500;
        const int Room = 3;
        using var mutex = new ProcessLock();
        using var notEmpty = new ProcessCondition(mutex);
        using var notFull = new ProcessCondition(mutex);
        using var shelf = new SharedProbe(); // 0: how many there are, 1: how many were taken.
        Task[] producers = [.. Enumerable.Range(0, Workers).Select(_ => Others.RunAsync(
            static async x =>
            {
                for (int i = 0; i < Each; i++)
                {
                    using ProcessLockScope scope = await x.mutex.EnterScopeAsync();
                    await x.notFull.WaitForAsync(() => x.shelf[0] < Room);
                    x.shelf[0]++;
                    x.notEmpty.Notify();
                }
            },
            (mutex, notEmpty, notFull, shelf)))];
        int Consume(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using ProcessLockScope scope = mutex.EnterScope();
                Assert.True(notEmpty.WaitFor(() => shelf[0] > 0, Long));
                shelf[0]--;
                shelf[1]++;
                notFull.Notify();
            }

            return count;
        }

        await Task.WhenAll([OnThreadAsync(() => Consume(Each)), OnThreadAsync(() => Consume(Each)), OnThreadAsync(() => Consume(Each)), .. producers]);
        Assert.Equal(0, shelf[0]);
        Assert.Equal(Workers * Each, shelf[1]);
        Assert.Equal(0, Waiting(notEmpty) + Waiting(notFull));
    }

    private static void NotifyOne(ProcessCondition condition)
    {
        using (condition.Lock!.EnterScope())
        {
            condition.Notify();
        }
    }

    private static async Task NotifyAsync(ProcessCondition condition, int count)
    {
        using ProcessLockScope scope = await condition.Lock!.EnterScopeAsync();
        condition.Notify(count);
    }

    private static int Waiting(ProcessCondition condition) => condition.WaitingCount;

    private static async Task<bool> Begin(ProcessCondition condition, bool task, TimeSpan? timeout = null, Action? after = null)
    {
        if (!task)
        {
            return await OnThreadAsync(() =>
            {
                using (condition.Lock!.EnterScope())
                {
                    bool result = condition.Wait(timeout ?? Long);
                    after?.Invoke();
                    return result;
                }
            });
        }

        using ProcessLockScope scope = await condition.Lock!.EnterScopeAsync();
        bool notified = await condition.WaitAsync(timeout ?? Long);
        after?.Invoke();
        return notified;
    }

    private Task<bool> WaitElsewhereAsync(ProcessCondition condition, bool task) => task
        ? Others.RunAsync(static c => Begin(c, task: true), condition)
        : Others.RunAsync(static c => Begin(c, task: false).GetAwaiter().GetResult(), condition);
}
