using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Conditions;

/// <summary>Whole conditions with their lock, used by several members of a tree in this process, some of which die.</summary>
public sealed class ConditionDeathTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _lock = SharedBlock.Allocate(SharedKind.Lock, LockCore.Size);
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.Condition, ConditionTable.Size);

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _lock.Dispose();
        _block.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_death_of_the_owner_of_the_lock_wakes_a_waiter_who_is_told(bool task)
    {
        (ProcessCondition one, _) = NewCondition();
        (ProcessCondition mortal, TestMember member) = NewCondition();
        Task<AcquireResult> waiting = BeginAsync(one, task);
        await UntilAsync(() => one.WaitingCount == 1);
        mortal.Lock!.Acquire(Ending);
        member.Die();
        Assert.Equal(AcquireResult.Abandoned, await waiting);
        Assert.Equal(0, one.WaitingCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_given_to_one_that_dies_wakes_another_that_sleeps(bool task)
    {
        (ProcessCondition mortal, TestMember member) = NewCondition();
        (ProcessCondition one, _) = NewCondition();
        (ProcessCondition notifier, _) = NewCondition();
        mortal.Lock!.Acquire(Ending);
        _ = mortal.WaitAsync(CancellationToken.None); // Never comes back: nobody rings the dead.
        Task<AcquireResult> waiting = BeginAsync(one, task);
        await UntilAsync(() => one.WaitingCount == 2);

        // Notified, and awake to wait for the lock, it dies.
        await notifier.Lock!.AcquireAsync(Ending);
        notifier.Notify();
        await Task.Delay(20, Ending);
        member.Die();
        notifier.Lock.Release();
        Assert.Equal(AcquireResult.Acquired, await waiting);
    }

    [Fact]
    public async Task A_death_that_concerns_nobody_wakes_nobody()
    {
        (ProcessCondition one, _) = NewCondition();
        (_, TestMember member) = NewCondition();
        Task<AcquireResult> waiting = BeginAsync(one, task: true);
        await UntilAsync(() => one.WaitingCount == 1);
        _ = member.Id;
        member.Die();
        await Task.Delay(50, Ending);
        Assert.False(waiting.IsCompleted);
        await one.Lock!.AcquireAsync(Ending);
        one.NotifyAll();
        one.Lock.Release();
        Assert.Equal(AcquireResult.Acquired, await waiting);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task As_many_come_back_notified_as_were_notified_whoever_gives_up_meanwhile(int seed)
    {
        const int Rounds = 300;
        (ProcessCondition notifier, _) = NewCondition();
        long notified = 0;
        using var stop = new CancellationTokenSource();
        Task[] waiters = [.. Enumerable.Range(0, 6).Select(i =>
        {
            (ProcessCondition condition, _) = i % 3 == 0 ? NewCondition() : (notifier, null!);
            var random = new Random((seed * 100) + i);
            return Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using ProcessLockScope scope = await condition.Lock!.EnterScopeAsync();
                    using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(3)));
                    TimeSpan time = TimeSpan.FromMicroseconds(random.Next(1500));
                    try
                    {
                        bool mine = i % 2 == 0
                            ? await condition.WaitAsync(time, random.Next(3) == 0 ? source.Token : default)
                            : condition.Wait(time, random.Next(3) == 0 ? source.Token : default);
                        notified += mine ? 1 : 0;
                    }
                    catch (OperationCanceledException)
                    {
                        Assert.True(condition.Lock.IsHeldByCurrentProcess);
                    }
                }
            });
        })];
        long given = 0;
        var own = new Random(seed);
        for (int i = 0; i < Rounds; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(own.Next(2)), Ending);
            using ProcessLockScope scope = await notifier.Lock!.EnterScopeAsync(Ending);
            int before = notifier.NotifiedCount;
            notifier.Notify(own.Next(3));
            given += notifier.NotifiedCount - before;
        }

        await stop.CancelAsync();
        await Task.WhenAll(waiters);
        Assert.Equal(given, notified);
        Assert.Equal(0, notifier.WaitingCount);
    }

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, Ending);
        }
    }

    private static async Task<AcquireResult> BeginAsync(ProcessCondition condition, bool task)
    {
        if (!task)
        {
            return await Task.Factory.StartNew(
                () =>
                {
                    condition.Lock!.Acquire();
                    Assert.True(condition.Wait(Long));
                    AcquireResult result = condition.ReacquireResult;
                    condition.Lock.Release();
                    return result;
                },
                TaskCreationOptions.LongRunning);
        }

        await condition.Lock!.AcquireAsync();
        Assert.True(await condition.WaitAsync(Long));
        AcquireResult reacquired = condition.ReacquireResult;
        condition.Lock.Release();
        return reacquired;
    }

    private (ProcessCondition Condition, TestMember Member) NewCondition()
    {
        var member = new TestMember(_root);
        _members.Add(member);
        var mutex = new ProcessLock(_lock, member.Participant, member.Waits);
        return (new ProcessCondition(_block, mutex, new TreeMember(member.Participant, member.Waits)), member);
    }
}
