using System.Collections.Concurrent;

namespace Multiprocessing.Tests.Synchronization.Barriers;

public sealed class BarrierOfThreadsTests() : BarrierContract(OtherSide.Threads);

public sealed class BarrierOfSpawnedProcessesTests() : BarrierContract(OtherSide.Spawned);

public sealed class BarrierOfStandbyProcessesTests() : BarrierContract(OtherSide.Standby);

public abstract class BarrierContract(OtherSide side) : SharedContract(side)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    [Fact]
    public void A_barrier_of_one_lets_go_at_once()
    {
        using var barrier = new ProcessBarrier(1);
        Assert.Equal(1, barrier.ParticipantCount);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(0, barrier.Wait(TimeSpan.Zero, TestEnd));
        }

        Assert.Equal(0, barrier.WaitingCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_are_let_go_when_the_last_has_come_each_with_a_number_of_its_own(bool task)
    {
        using var barrier = new ProcessBarrier(Workers + 1);
        for (int round = 0; round < 50; round++)
        {
            Task<int>[] others = [.. Enumerable.Range(0, Workers).Select(_ => WaitElsewhereAsync(barrier, task))];
            await UntilAsync(() => barrier.WaitingCount == Workers);
            Assert.All(others, t => Assert.False(t.IsCompleted));
            int[] places = [await Begin(barrier, task), .. await Task.WhenAll(others)];
            Assert.Equal(Workers, places[0]);
            Assert.Equal(Enumerable.Range(0, Workers + 1), places.Order());
            Assert.Equal(0, barrier.WaitingCount);
        }
    }

    [Fact]
    public async Task Parties_in_a_tight_loop_never_get_more_than_one_round_ahead()
    {
        const int Rounds = 500;
        using var barrier = new ProcessBarrier(Workers + 1);
        Task<int>[] others = [.. Enumerable.Range(0, Workers).Select(_ => Others.RunAsync(
            static b =>
            {
                int zeros = 0;
                for (int i = 0; i < Rounds; i++)
                {
                    zeros += b.Wait(TimeSpan.FromSeconds(50)) == 0 ? 1 : 0;
                }

                return zeros;
            },
            barrier))];
        int mine = 0;
        for (int i = 0; i < Rounds; i++)
        {
            mine += await barrier.WaitAsync(Long, TestEnd) == 0 ? 1 : 0;
        }

        Assert.Equal(Rounds, mine + (await Task.WhenAll(others)).Sum());
        Assert.Equal(0, barrier.WaitingCount);
        Assert.False(barrier.IsBroken);
    }

    [Fact]
    public async Task More_parties_than_fit_form_as_many_groups_as_there_are()
    {
        using var barrier = new ProcessBarrier(3);
        Task<int>[] parties = [.. Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? barrier.WaitAsync(Long, TestEnd) : Begin(barrier, task: false))];
        int[] places = await Task.WhenAll(parties);
        Assert.All(Enumerable.Range(0, 3), place => Assert.Equal(100, places.Count(p => p == place)));
    }

    [Fact]
    public async Task The_action_runs_once_per_round_before_anybody_is_let_go()
    {
        using var happened = new ProcessEvent();
        using var barrier = new ProcessBarrier(2, happened.Set);
        for (int i = 0; i < 20; i++)
        {
            Task<bool> other = Others.RunAsync(
                static pair =>
                {
                    pair.barrier.Wait(TimeSpan.FromSeconds(50));
                    return pair.happened.IsSet;
                },
                (barrier, happened));
            await Begin(barrier, task: false);
            Assert.True(happened.IsSet);
            Assert.True(await other);
            happened.Reset();
        }
    }

    [Fact]
    public async Task An_action_that_throws_breaks_the_barrier_for_the_others()
    {
        using var barrier = new ProcessBarrier(2, static () => throw new FormatException("mine"));
        Task<int> other = WaitElsewhereAsync(barrier, task: false);
        await UntilAsync(() => barrier.WaitingCount == 1);
        Assert.Equal("mine", Assert.Throws<FormatException>(() => barrier.Wait(TestEnd)).Message);
        await AssertBrokenAsync(other, "action");
        Assert.True(barrier.IsBroken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_time_that_is_over_breaks_the_barrier_for_all_until_it_is_reset(bool task)
    {
        using var barrier = new ProcessBarrier(3);
        Task<int> other = WaitElsewhereAsync(barrier, task);
        await UntilAsync(() => barrier.WaitingCount == 1);
        await AssertBrokenAsync(Begin(barrier, task, Short), "time-out");
        await AssertBrokenAsync(other, "time-out");
        Assert.True(barrier.IsBroken);
        Assert.Equal(0, barrier.WaitingCount);
        await AssertBrokenAsync(WaitElsewhereAsync(barrier, task), "time-out");
        barrier.Reset();
        Assert.False(barrier.IsBroken);
        Task<int>[] again = [WaitElsewhereAsync(barrier, task), WaitElsewhereAsync(barrier, task), Begin(barrier, task)];
        Assert.Equal([0, 1, 2], (await Task.WhenAll(again)).Order());
    }

    [Fact]
    public async Task The_time_of_the_barrier_itself_counts_where_none_is_given()
    {
        using var barrier = new ProcessBarrier(2, timeout: Short);
        await AssertBrokenAsync(Task.Run(() => barrier.Wait()), "time-out");
        barrier.Reset();
        await AssertBrokenAsync(Others.RunAsync(static b => b.Wait(), barrier), "time-out");
        barrier.Reset();
        await AssertBrokenAsync(barrier.WaitAsync(), "time-out");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_party_that_is_cancelled_breaks_the_barrier_for_the_others(bool task)
    {
        using var barrier = new ProcessBarrier(3);
        using var source = new CancellationTokenSource();
        Task<int> other = WaitElsewhereAsync(barrier, task);
        Task<int> mine = Begin(barrier, task, cancellation: source.Token);
        await UntilAsync(() => barrier.WaitingCount == 2);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mine);
        await AssertBrokenAsync(other, "gave up");
        barrier.Reset();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Begin(barrier, task, cancellation: source.Token));
        Assert.False(barrier.IsBroken);
    }

    [Fact]
    public async Task Abort_breaks_and_reset_mends()
    {
        using var barrier = new ProcessBarrier(2);
        Task<int> other = WaitElsewhereAsync(barrier, task: false);
        await UntilAsync(() => barrier.WaitingCount == 1);
        barrier.Abort();
        barrier.Abort();
        await AssertBrokenAsync(other, "aborted");
        await Others.RunAsync(static b => b.Reset(), barrier);
        Assert.False(barrier.IsBroken);
        other = WaitElsewhereAsync(barrier, task: true);
        await Begin(barrier, task: true);
        await other;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_sends_away_those_who_wait_and_leaves_the_barrier_usable(bool task)
    {
        using var barrier = new ProcessBarrier(3);
        for (int i = 0; i < 30; i++)
        {
            Task<int>[] waiting = [WaitElsewhereAsync(barrier, task), Begin(barrier, task)];
            await UntilAsync(() => barrier.WaitingCount == 2);
            await Others.RunAsync(static b => b.Reset(), barrier);

            // At once, while those who were sent away are still leaving.
            Task<int>[] next = [Begin(barrier, task), Begin(barrier, task), Begin(barrier, task)];
            Assert.Equal([0, 1, 2], (await Task.WhenAll(next)).Order());
            await AssertBrokenAsync(waiting[0], "reset");
            await AssertBrokenAsync(waiting[1], "reset");
        }

        barrier.Reset();
        Assert.Equal(0, barrier.WaitingCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_party_whose_object_is_disposed_of_breaks_the_barrier(bool task)
    {
        using var barrier = new ProcessBarrier(3);
        using ProcessBarrier again = await Others.RunAsync(static b => b, barrier);
        Task<int> other = WaitElsewhereAsync(barrier, task);
        Task<int> mine = Begin(again, task);
        await UntilAsync(() => barrier.WaitingCount == 2);
        again.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => mine);
        await AssertBrokenAsync(other, "gave up");
        Assert.True(barrier.IsBroken);
    }

    [Fact]
    public async Task A_disposed_object_is_of_no_use_any_more()
    {
        var barrier = new ProcessBarrier(2);
        barrier.Dispose();
        barrier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => barrier.ParticipantCount);
        Assert.Throws<ObjectDisposedException>(() => barrier.WaitingCount);
        Assert.Throws<ObjectDisposedException>(() => barrier.IsBroken);
        Assert.Throws<ObjectDisposedException>(barrier.Reset);
        Assert.Throws<ObjectDisposedException>(barrier.Abort);
        Assert.Throws<ObjectDisposedException>(() => barrier.Wait(TestEnd));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => barrier.WaitAsync(TestEnd));
        await Assert.ThrowsAsync<UnserializableException>(() => Others.RunAsync(static b => b.Abort(), barrier));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessBarrier(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessBarrier(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessBarrier(ProcessBarrier.MaxParticipantCount + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessBarrier(1, timeout: TimeSpan.FromMilliseconds(-2)));
        using var barrier = new ProcessBarrier(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => barrier.Wait(TimeSpan.FromMilliseconds(-2), TestEnd));
    }

    private protected static async Task AssertBrokenAsync(Task<int> wait, string why)
    {
        var error = await Assert.ThrowsAsync<BrokenBarrierException>(() => wait);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private static Task<int> Begin(ProcessBarrier barrier, bool task, TimeSpan? timeout = null, CancellationToken cancellation = default) => task
        ? barrier.WaitAsync(timeout ?? Long, cancellation)
        : OnThreadAsync(() => barrier.Wait(timeout ?? Long, cancellation));

    private Task<int> WaitElsewhereAsync(ProcessBarrier barrier, bool task) => task
        ? Others.RunAsync(static b => b.WaitAsync(TimeSpan.FromSeconds(50)), barrier)
        : Others.RunAsync(static b => b.Wait(TimeSpan.FromSeconds(50)), barrier);
}
