using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Locks;

/// <summary>Single attempts, look by look: who may pass a reservation, who makes one, and what becomes of it.</summary>
public sealed unsafe class LockAttemptTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.Lock, LockCore.Size);

    public void Dispose()
    {
        _members.ForEach(static member => member.Dispose());
        _root.Dispose();
        _block.Dispose();
    }

    [Fact]
    public void Who_does_not_wait_takes_a_free_lock_also_if_it_is_reserved()
    {
        LockCore owner = NewMember();
        Reserve(owner);
        LockAttempt attempt = new(NewMember(), tag: 0);
        Assert.False(attempt.TryTake(willWait: false));
        Assert.True(owner.TryRelease(tag: null));
        Assert.True(attempt.TryTake(willWait: false));
        Assert.Equal(AcquireResult.Acquired, attempt.Result);
    }

    [Fact]
    public void A_lock_is_left_to_who_was_woken_in_vain_three_times()
    {
        LockCore owner = NewMember();
        LockAttempt first = Reserve(owner);
        Assert.True(IsReserved(owner));
        Assert.True(owner.TryRelease(tag: null));
        LockAttempt later = new(NewMember(), tag: 0);
        Assert.False(later.TryTake(willWait: true));
        Assert.False(later.TryTake(willWait: true));
        Assert.NotEqual(Deadline.Never, later.LookAgain);
        Assert.True(first.TryTake(willWait: true));
        Assert.False(IsReserved(owner));
        Assert.Equal(0, *owner.Reservation);
    }

    [Fact]
    public void Who_was_woken_in_vain_twice_reserves_nothing()
    {
        LockCore owner = NewMember();
        Assert.True(owner.TryTakeAtOnce());
        LockAttempt attempt = new(NewMember(), tag: 0);
        Assert.False(WokenInVain(ref attempt, times: 2));
        Assert.False(IsReserved(owner));
        Assert.Equal(Deadline.Never, attempt.LookAgain);
    }

    [Fact]
    public void A_reservation_that_nobody_uses_is_over_after_a_while()
    {
        LockCore owner = NewMember();
        Reserve(owner);
        Assert.True(owner.TryRelease(tag: null));
        LockAttempt later = new(NewMember(), tag: 0);
        var looks = 0;
        Assert.True(SpinWait.SpinUntil(() => Looks(ref looks), TimeSpan.FromSeconds(20)));
        Assert.True(looks > 1);
        Assert.Equal(0, *owner.Reservation);

        bool Looks(ref int count)
        {
            count++;
            return later.TryTake(willWait: true);
        }
    }

    [Fact]
    public void Who_gives_up_takes_its_reservation_with_it()
    {
        LockCore owner = NewMember();
        LockAttempt first = Reserve(owner);
        first.GiveUp();
        Assert.False(IsReserved(owner));
        Assert.Equal(0, *owner.Reservation);
        Assert.True(owner.TryRelease(tag: null));
        LockAttempt later = new(NewMember(), tag: 0);
        Assert.True(later.TryTake(willWait: true));
    }

    [Fact]
    public void Who_takes_a_lock_over_from_the_dead_keeps_the_mark_that_others_sleep()
    {
        LockCore owner = NewMember();
        Reserve(owner); // It sleeps, from here on.
        _members[0].Die();
        LockAttempt outsider = new(NewMember(), tag: 0);
        Assert.True(outsider.TryTake(willWait: false));
        Assert.Equal(AcquireResult.Abandoned, outsider.Result);
        Assert.True(LockBits.Has(Volatile.Read(ref *owner.State), LockBits.Waiting));
    }

    [Fact]
    public void Ownerships_of_one_process_have_different_tags_and_an_old_one_releases_nothing()
    {
        LockCore owner = NewMember();
        uint old = TakeAndRelease(owner);
        LockAttempt attempt = new(owner, tag: 0);
        Assert.True(attempt.TryTake(willWait: true));
        Assert.NotEqual(old, owner.Tag);
        Assert.False(owner.TryRelease(old));
        Assert.False(NewMember().TryRelease(tag: null));
        Assert.True(owner.IsHeldBySelf);
        Assert.False(owner.TryTakeAtOnce());
        Assert.True(owner.TryRelease(owner.Tag));
        Assert.False(owner.IsHeld);
    }

    [Fact]
    public void After_an_ownership_that_continued_an_earlier_one_no_tag_is_given_out_again()
    {
        LockCore owner = NewMember();
        uint first = TakeAndRelease(owner);
        Assert.True(owner.TryTakeAtOnce());
        uint second = owner.Tag;
        owner.ContinueAs(first);
        Assert.Equal(first, owner.Tag);
        Assert.False(owner.TryReleaseAtOnce()); // It would leave the tag as it is.
        Assert.True(owner.TryRelease(first));
        Assert.True(owner.TryTakeAtOnce());
        Assert.DoesNotContain(owner.Tag, new[] { first, second });
    }

    /// <summary>Makes one hold the lock, and another one reserve it.</summary>
    private LockAttempt Reserve(LockCore owner)
    {
        Assert.True(owner.TryTakeAtOnce());
        LockAttempt attempt = new(NewMember(), tag: 0);
        Assert.False(WokenInVain(ref attempt, times: 3));
        return attempt;
    }

    /// <returns>The tag of the ownership.</returns>
    private static uint TakeAndRelease(LockCore owner)
    {
        Assert.True(owner.TryTakeAtOnce());
        uint tag = owner.Tag;
        Assert.True(owner.TryRelease(tag));
        return tag;
    }

    /// <returns>Whether the last look took the lock.</returns>
    private static bool WokenInVain(ref LockAttempt attempt, int times)
    {
        Assert.False(attempt.TryTake(willWait: true));
        for (int i = 0; i < times; i++)
        {
            attempt.Waited(WaitOutcome.Woken);
        }

        // Also patience belongs to it: a millisecond.
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => System.Diagnostics.Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(2));
        return attempt.TryTake(willWait: true);
    }

    private static bool IsReserved(LockCore core) => LockBits.Has(Volatile.Read(ref *core.State), LockBits.Reserved);

    private LockCore NewMember()
    {
        var member = new TestMember(_root);
        _members.Add(member);
        return new LockCore(_block, 0, member.Participant, member.Waits);
    }
}
