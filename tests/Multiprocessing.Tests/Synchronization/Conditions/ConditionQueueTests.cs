using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Conditions;

/// <summary>What becomes of notifications when those who were given them die or give up. Several members of a tree in this process.</summary>
public sealed class ConditionQueueTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.Condition, ConditionTable.Size);

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _block.Dispose();
    }

    [Fact]
    public void What_a_member_was_given_that_dies_goes_on_to_the_next_and_only_once()
    {
        (ConditionQueue mortal, TestMember member) = NewQueue();
        (ConditionQueue second, _) = NewQueue();
        (ConditionQueue third, _) = NewQueue();
        ConditionWaiter lost = mortal.Enter();
        ConditionWaiter one = second.Enter();
        ConditionWaiter other = third.Enter();
        third.Table.Notify(1);
        Assert.True(mortal.IsNotified(lost, out _, out _));
        Assert.False(IsNotified(second, one));
        member.Die();
        Assert.True(IsNotified(third, other) ^ IsNotified(second, one));
        Assert.Equal(2, second.CountWaiting());
    }

    [Fact]
    public void What_a_member_had_consumed_before_it_died_is_over()
    {
        (ConditionQueue mortal, TestMember member) = NewQueue();
        (ConditionQueue second, _) = NewQueue();
        ConditionWaiter first = mortal.Enter();
        ConditionWaiter other = second.Enter();
        second.Table.Notify(1);
        Assert.True(mortal.IsNotified(first, out _, out _));
        mortal.Consume(first);
        member.Die();
        Assert.False(IsNotified(second, other));
        Assert.Equal(1, second.CountWaiting());
    }

    [Fact]
    public void Waiters_of_the_dead_are_not_counted()
    {
        (ConditionQueue mortal, TestMember member) = NewQueue();
        (ConditionQueue second, _) = NewQueue();
        mortal.Enter();
        mortal.Enter();
        ConditionWaiter one = second.Enter();
        member.Die();
        second.Table.Notify(1);
        Assert.True(IsNotified(second, one));
    }

    [Fact]
    public void A_notification_for_one_that_gave_up_too_late_goes_to_the_next_of_the_process_and_then_to_others()
    {
        (ConditionQueue here, _) = NewQueue();
        (ConditionQueue there, _) = NewQueue();
        ConditionWaiter[] waiters = [here.Enter(), here.Enter()];
        ConditionWaiter other = there.Enter();
        here.Table.Notify(1);
        Assert.False(here.TryLeave(waiters[0]));
        here.PassOn(waiters[0]);
        Assert.True(IsNotified(here, waiters[1]));
        Assert.False(IsNotified(there, other));
        here.PassOn(waiters[1]);
        Assert.True(IsNotified(there, other));
        there.Consume(other);
        Assert.Equal(0, here.CountWaiting());
    }

    [Fact]
    public void Who_gives_up_in_time_takes_nothing_along()
    {
        (ConditionQueue here, _) = NewQueue();
        ConditionWaiter[] waiters = [here.Enter(), here.Enter(), here.Enter()];
        Assert.True(here.TryLeave(waiters[1]));
        here.Table.Notify(2);
        Assert.True(IsNotified(here, waiters[0]));
        Assert.True(IsNotified(here, waiters[2]));
    }

    [Fact]
    public void Processes_take_turns()
    {
        (ConditionQueue one, _) = NewQueue();
        (ConditionQueue other, _) = NewQueue();
        ConditionWaiter[] ones = [one.Enter(), one.Enter(), one.Enter()];
        ConditionWaiter[] others = [other.Enter(), other.Enter(), other.Enter()];
        for (int i = 0; i < 3; i++)
        {
            one.Table.Notify(1);
            one.Table.Notify(1);
            Assert.True(IsNotified(one, ones[i]));
            Assert.True(IsNotified(other, others[i]));
            Assert.Equal(2 - i, ones.Concat(others).Count(w => !w.IsNotified) / 2);
        }
    }

    [Fact]
    public void A_notification_during_which_the_next_one_dies_as_well_is_not_lost()
    {
        (ConditionQueue[] queues, TestMember[] members) = NewQueues(6);
        ConditionWaiter[] waiters = [.. queues.Select(queue => queue.Enter())];
        queues[^1].Table.Notify(1);
        for (int i = 0; i < 5; i++)
        {
            // Whoever has it dies.
            int holder = Array.FindIndex(queues, queue => queue.IsNotified(waiters[Array.IndexOf(queues, queue)], out _, out _));
            if (holder == 5)
            {
                break;
            }

            members[holder].Die();
            Assert.Contains(Enumerable.Range(0, 6), k => k != holder && queues[5].CountWaiting() > 0 && IsNotified(queues[k], waiters[k]));
        }
    }

    [Fact]
    public void Members_for_whom_there_is_no_entry_are_all_woken_by_each_notification()
    {
        (ConditionQueue[] queues, TestMember[] members) = NewQueues(ConditionTable.Entries + 3);
        ConditionWaiter[] waiters = [.. queues.Select(queue => queue.Enter())];
        Assert.All(waiters[^3..], waiter => Assert.Equal(-1, waiter.Group.Entry));
        queues[0].Table.Notify(1);
        Assert.Equal(1, waiters[..^3].Zip(queues).Count(pair => IsNotified(pair.Second, pair.First)));
        Assert.All(waiters[^3..].Zip(queues[^3..]), pair => Assert.True(IsNotified(pair.Second, pair.First)));
        foreach ((ConditionWaiter waiter, ConditionQueue queue) in waiters[^3..].Zip(queues[^3..]))
        {
            queue.Consume(waiter);
        }

        members[0].Die();
        ConditionWaiter again = queues[^1].Enter();
        Assert.True(again.Group.Entry >= 0);
        Assert.False(IsNotified(queues[^1], again));
        queues[^1].Table.Notify(int.MaxValue);
        Assert.All(waiters[1..^3].Zip(queues[1..^3]), pair => Assert.True(IsNotified(pair.Second, pair.First)));
        Assert.True(IsNotified(queues[^1], again));
    }

    private static bool IsNotified(ConditionQueue queue, ConditionWaiter waiter) => queue.IsNotified(waiter, out _, out _);

    private (ConditionQueue[] Queues, TestMember[] Members) NewQueues(int count)
    {
        var both = Enumerable.Range(0, count).Select(_ => NewQueue()).ToArray();
        return ([.. both.Select(x => x.Queue)], [.. both.Select(x => x.Member)]);
    }

    private (ConditionQueue Queue, TestMember Member) NewQueue()
    {
        var member = new TestMember(_root);
        _members.Add(member);
        return (new ConditionQueue(new ConditionTable(_block, new TreeMember(member.Participant, member.Waits))), member);
    }
}
