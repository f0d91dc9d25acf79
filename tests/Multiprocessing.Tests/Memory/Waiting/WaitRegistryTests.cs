using System.Diagnostics;
using Multiprocessing.Memory;

namespace Multiprocessing.Tests.Memory.Waiting;

public sealed class WaitRegistryTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly AwaitedWord _word = AwaitedWord.Create();

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _word.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_waiter_of_another_member_is_woken(bool task)
    {
        TestMember waiter = NewMember();
        Task<WaitOutcome> waiting = await StartAsync(waiter, task);
        _word.Value = 1;
        _word.Wake(NewMember(), 1);
        Assert.Equal(WaitOutcome.Woken, await waiting);
        Assert.Equal(0, waiter.Waits.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_waiter_of_the_same_member_is_woken(bool task)
    {
        TestMember member = NewMember();
        Task<WaitOutcome> waiting = await StartAsync(member, task);
        _word.Value = 1;
        _word.Wake(member, 1);
        Assert.Equal(WaitOutcome.Woken, await waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_on_another_value_comes_back_at_once(bool task)
    {
        TestMember member = NewMember();
        _word.Value = 7;
        Assert.Equal(WaitOutcome.Woken, await Begin(member, task));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_that_nobody_ends_times_out_and_not_too_early(bool task)
    {
        TestMember member = NewMember();
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(WaitOutcome.TimedOut, await Begin(member, task, Short));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.Equal(WaitOutcome.TimedOut, await Begin(member, task, TimeSpan.Zero));
        Assert.Equal(0, member.Waits.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_is_cancelled(bool task)
    {
        TestMember member = NewMember();
        using var source = new CancellationTokenSource();
        Task<WaitOutcome> waiting = await StartAsync(member, task, source.Token);
        await source.CancelAsync();
        Assert.Equal(WaitOutcome.Cancelled, await waiting);
        Assert.Equal(WaitOutcome.Cancelled, await Begin(member, task, cancellation: source.Token));
        Assert.Equal(0, member.Waits.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_death_calls_back_the_waiters_of_all_members(bool task)
    {
        TestMember[] waiters = [NewMember(), NewMember(), NewMember()];
        TestMember mortal = NewMember();
        _ = mortal.Id;
        var waiting = new List<Task<WaitOutcome>>();
        foreach (TestMember waiter in waiters)
        {
            waiting.Add(await StartAsync(waiter, task));
        }

        mortal.Die();
        // Threads that sleep on one word wake each other: for some of them it is a wake-up for no reason.
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.True(
            outcome == WaitOutcome.OwnersChanged || (!task && outcome == WaitOutcome.Woken)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_looked_before_a_death_does_not_go_to_sleep_after_it(bool task)
    {
        TestMember member = NewMember();
        TestMember mortal = NewMember();
        uint before = member.Participant.Table.Epoch;
        _ = mortal.Id;
        mortal.Die();
        Assert.Equal(WaitOutcome.OwnersChanged, await WithEpochAsync(member, task, before));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Memory_mapped_twice_wakes_the_tasks_at_both_addresses(bool sameMember)
    {
        (AwaitedWord one, AwaitedWord other) = AwaitedWord.CreateTwice();
        using (one)
        using (other)
        {
            TestMember member = NewMember();
            Task<WaitOutcome>[] waiting = [one.WaitAsync(member, 0), other.WaitAsync(member, 0)];
            one.Value = 1;
            one.Wake(sameMember ? member : NewMember(), 1);
            await Task.WhenAll(waiting);
            waiting = [other.WaitAsync(member, 1)];
            one.Value = 2;
            one.Wake(sameMember ? member : NewMember(), 1);
            await Task.WhenAll(waiting);
        }
    }

    [Fact]
    public async Task As_many_tasks_come_back_as_were_woken_in_the_order_of_their_coming()
    {
        TestMember member = NewMember();
        TestMember waker = NewMember();
        Task<WaitOutcome>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => _word.WaitAsync(member, 0))];
        _word.Value = 1;
        _word.Wake(waker, 1);
        _word.Wake(waker, 2);
        await Task.WhenAll(waiting[..3]);
        await Task.Delay(Short);
        Assert.All(waiting[3..], task => Assert.False(task.IsCompleted));
        _word.Wake(waker, int.MaxValue);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Ten_thousand_tasks_wait_without_threads()
    {
        TestMember member = NewMember();
        int threads = Process.GetCurrentProcess().Threads.Count;
        Task<WaitOutcome>[] waiting = [.. Enumerable.Range(0, 10_000).Select(_ => _word.WaitAsync(member, 0))];
        Assert.Equal(10_000, member.Waits.Count);
        Assert.InRange(Process.GetCurrentProcess().Threads.Count, 1, threads + 20);
        _word.Value = 1;
        _word.Wake(NewMember(), int.MaxValue);
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(WaitOutcome.Woken, outcome));
        Assert.Equal(0, member.Waits.Count);
    }

    [Fact]
    public async Task More_members_than_a_cell_has_room_for_are_all_woken()
    {
        TestMember[] members = [.. Enumerable.Range(0, WaiterCell.Entries + 4).Select(_ => NewMember())];
        TestMember waker = NewMember();
        for (int round = 1; round <= 3; round++)
        {
            Task<WaitOutcome>[] waiting = [.. members.Select(member => _word.WaitAsync(member, round - 1))];
            _word.Value = round;
            _word.Wake(waker, 1);
            await Task.WhenAll(waiting);
        }
    }

    [Fact]
    public async Task Entries_of_the_dead_are_used_again()
    {
        TestMember[] members = [.. Enumerable.Range(0, 3 * WaiterCell.Entries).Select(_ => NewMember())];
        foreach (TestMember member in members)
        {
            _ = _word.WaitAsync(member, 0); // Nobody rings the dead.
            member.Die();
        }

        TestMember last = NewMember();
        Task<WaitOutcome> waiting = _word.WaitAsync(last, 0);
        Assert.False(HasOverflow());
        _word.Value = 1;
        _word.Wake(NewMember(), 1);
        Assert.Equal(WaitOutcome.Woken, await waiting);
    }

    [Fact]
    public async Task A_member_without_waiters_shows_no_interest_after_the_next_ring()
    {
        TestMember member = NewMember();
        await Begin(member, task: true, TimeSpan.Zero);
        Assert.Equal(1, Interest(member));
        NewMember().Die();
        while (Interest(member) != 0)
        {
            await Task.Delay(1);
        }

        Task<WaitOutcome> waiting = _word.WaitAsync(member, 0);
        Assert.Equal(1, Interest(member));
        NewMember().Die();
        Assert.Equal(WaitOutcome.OwnersChanged, await waiting);
    }

    [Fact]
    public void A_deadline_is_zero_or_later_or_never()
    {
        Assert.True(Deadline.After(Timeout.InfiniteTimeSpan).IsNever);
        Assert.True(Deadline.After(TimeSpan.MaxValue).IsNever);
        Assert.Equal(0, Deadline.After(TimeSpan.Zero).RemainingNanoseconds);
        Assert.InRange(Deadline.After(TimeSpan.FromHours(1)).Remaining, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Deadline.After(TimeSpan.FromMilliseconds(-2)));
    }

    private TestMember NewMember()
    {
        var member = new TestMember(_root);
        _ = member.Id;
        _members.Add(member);
        return member;
    }

    private Task<WaitOutcome> Begin(TestMember member, bool task, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        task ? _word.WaitAsync(member, 0, timeout, cancellation) : _word.OnThreadAsync(member, 0, timeout, cancellation);

    /// <summary>Returns when the wait is registered; a thread is then asleep or about to be.</summary>
    private async Task<Task<WaitOutcome>> StartAsync(TestMember member, bool task, CancellationToken cancellation = default)
    {
        Task<WaitOutcome> waiting = Begin(member, task, cancellation: cancellation);
        while (member.Waits.Count == 0)
        {
            await Task.Yield();
        }

        return waiting;
    }

    private unsafe Task<WaitOutcome> WithEpochAsync(TestMember member, bool task, uint epoch) => task
        ? member.Waits.WaitAsync(_word.Word, 0, _word.Cell, epoch, Deadline.Never, default).AsTask()
        : Task.FromResult(member.Waits.Wait(_word.Word, 0, epoch, Deadline.Never, default));

    private unsafe int Interest(TestMember member) => Volatile.Read(ref *member.Participant.Table.InterestOf(member.Id.Slot));

    private unsafe bool HasOverflow() => *(int*)_word.Cell != 0;
}
