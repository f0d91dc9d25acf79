using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Barriers;

/// <summary>Parties that die, with several members of a tree in this process.</summary>
public sealed class BarrierDeathTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.Barrier, BarrierTable.SizeFor(8));

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _block.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_party_that_dies_while_it_waits_breaks_the_barrier_for_all_who_wait(bool task)
    {
        (ProcessBarrier one, _) = NewParty(4);
        (ProcessBarrier other, _) = NewParty(4);
        (ProcessBarrier mortal, TestMember member) = NewParty(4);
        _ = mortal.WaitAsync(CancellationToken.None); // Never comes back: nobody rings the dead.
        Task<int>[] waiting = [Begin(one, task), Begin(other, task)];
        await UntilWaitingAsync(one, 3);
        member.Die();
        foreach (Task<int> wait in waiting)
        {
            Assert.Contains("died", (await Assert.ThrowsAsync<BrokenBarrierException>(() => wait)).Message, StringComparison.Ordinal);
        }

        Assert.True(one.IsBroken);
        one.Reset();
        Assert.False(other.IsBroken);
    }

    [Fact]
    public async Task Who_comes_after_the_only_one_that_waited_has_died_finds_the_barrier_broken()
    {
        (ProcessBarrier one, _) = NewParty(2);
        (ProcessBarrier mortal, TestMember member) = NewParty(2);
        _ = mortal.WaitAsync(CancellationToken.None); // Never comes back: nobody rings the dead.
        member.Die();
        Assert.True(one.IsBroken);
        await Assert.ThrowsAsync<BrokenBarrierException>(() => one.WaitAsync(Ending));
        Assert.Throws<BrokenBarrierException>(() => one.Wait(Ending));
        one.Reset();
        (ProcessBarrier other, _) = NewParty(2);
        Task<int> waiting = one.WaitAsync(Ending);
        Assert.Equal(1, other.Wait(Ending));
        Assert.Equal(0, await waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_party_that_dies_in_the_middle_of_the_action_breaks_the_barrier(bool task)
    {
        using var started = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        (ProcessBarrier one, _) = NewParty(3);
        (ProcessBarrier other, _) = NewParty(3);
        (ProcessBarrier mortal, TestMember member) = NewParty(3, () =>
        {
            started.Set();
            goOn.Wait();
        });
        Task<int>[] waiting = [Begin(one, task), Begin(other, task)];
        await UntilWaitingAsync(one, 2);
        Task<int> runner = Begin(mortal, task: false);
        started.Wait(Ending);
        await Task.Delay(20, Ending);
        Assert.All(waiting, t => Assert.False(t.IsCompleted));
        member.Die();
        foreach (Task<int> wait in waiting)
        {
            await Assert.ThrowsAsync<BrokenBarrierException>(() => wait);
        }

        // As if it were alive after all: what it does then has no effect.
        goOn.Set();
        await Assert.ThrowsAsync<BrokenBarrierException>(() => runner);
        Assert.True(one.IsBroken);
    }

    [Fact]
    public async Task A_party_that_dies_after_all_were_let_go_breaks_nothing()
    {
        (ProcessBarrier one, _) = NewParty(2);
        (ProcessBarrier other, _) = NewParty(2);
        (ProcessBarrier mortal, TestMember member) = NewParty(2);
        for (int i = 0; i < 5; i++)
        {
            Task<int> waiting = mortal.WaitAsync(Ending);
            await one.WaitAsync(Ending);
            await waiting;
            if (i == 3)
            {
                member.Die();
                break;
            }
        }

        Task<int> next = other.WaitAsync(Ending);
        Assert.Equal(1, await one.WaitAsync(Ending));
        Assert.Equal(0, await next);
    }

    [Fact]
    public async Task Who_sleeps_through_many_resets_is_still_told_the_truth()
    {
        // The party is stopped, so to speak: it has come, and does not look for a long time.
        (ProcessBarrier one, TestMember member) = NewParty(2);
        (ProcessBarrier other, _) = NewParty(2);
        var table = new BarrierTable(_block);
        BarrierState released = table.State;
        Assert.Equal(0, table.TakePlace(released.Generation, member.Id));
        Assert.Equal(1, other.Wait(Ending));
        BarrierState sentAway = table.State;
        Assert.Equal(0, table.TakePlace(sentAway.Generation, member.Id));
        Assert.Null(table.FateOf(sentAway));
        other.Reset();
        for (int i = 0; i < 10; i++)
        {
            Task<int> waiting = one.WaitAsync(Ending);
            other.Reset();
            Assert.Equal(BreakReason.None, table.FateOf(released));
            Assert.Equal(BreakReason.Reset, table.FateOf(sentAway));
            await Assert.ThrowsAsync<BrokenBarrierException>(() => waiting);
        }
    }

    [Fact]
    public void A_party_that_is_late_for_its_generation_takes_no_place_of_a_later_one()
    {
        (_, TestMember one) = NewParty(2);
        (_, TestMember other) = NewParty(2);
        var table = new BarrierTable(_block);
        BarrierState first = table.State;
        Assert.Equal(0, table.TakePlace(first.Generation, one.Id));
        Assert.Equal(1, table.TakePlace(first.Generation, other.Id));
        Assert.Equal(2, table.TakePlace(first.Generation, other.Id));
        Assert.True(table.TryChange(first, first.WhenReleased()));
        BarrierState second = table.State;
        Assert.Equal(0, table.TakePlace(second.Generation, one.Id));
        Assert.Equal(-1, table.TakePlace(first.Generation, other.Id));
        Assert.Equal(1, table.CountArrived(second.Generation));
        Assert.False(table.TryChange(first, first.WhenReleased()));
    }

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private static Task<int> Begin(ProcessBarrier barrier, bool task) => task
        ? barrier.WaitAsync(Ending)
        : Task.Factory.StartNew(() => barrier.Wait(Ending), Ending, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task UntilWaitingAsync(ProcessBarrier barrier, int count)
    {
        while (barrier.WaitingCount != count)
        {
            await Task.Delay(1, Ending);
        }

        // All of them are asleep, or about to be.
        await Task.Delay(10, Ending);
    }

    private (ProcessBarrier Barrier, TestMember Member) NewParty(int parties, Action? action = null)
    {
        var member = new TestMember(_root);
        _members.Add(member);
        var barrier = new ProcessBarrier(_block, action, Timeout.InfiniteTimeSpan, new TreeMember(member.Participant, member.Waits));
        if (_members.Count == 1)
        {
            new BarrierTable(_block).Initialize(parties);
        }

        return (barrier, member);
    }
}
