using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Barriers;

public sealed class BarrierKillingTests
{
    private const int Parties = 3;

    [Theory(Timeout = 1_800_000)]
    [InlineData(13)]
    [InlineData(14)]
    [Trait("PainPoint", "6")]
    public async Task Parties_of_a_barrier_killed_at_any_moment_break_it_and_nobody_waits_for_the_dead(int seed)
    {
        using var board = new SharedProbe();
        using var barrier = new ProcessBarrier(Parties, () => board.Add(Killing.Free + Parties, 1));
        await new Killing(seed, board).RunAsync("ProcessBarrier", static work => UseForEver(work), (barrier, board));

        // All of a round are let go or none, so of each place there are as many, but for those killed between being let go and counting.
        int most = Killing.Kills(40) + 3;
        long rounds = board[Killing.Free];
        Assert.All(Enumerable.Range(1, Parties - 1), place => Assert.InRange(board[Killing.Free + place], rounds - (2 * most), rounds + (2 * most)));
        Assert.InRange(board[Killing.Free + Parties], rounds, rounds + (2 * most) + board[Killing.Free + Parties + 1]);
        barrier.Reset();
        Assert.False(barrier.IsBroken);
    }

    /// <summary>A thread and a task of each process; so there are enough parties when one process is dead.</summary>
    private static void UseForEver((ProcessBarrier Barrier, SharedProbe Board) work)
    {
        _ = Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    Count(work.Board, await work.Barrier.WaitAsync());
                }
                catch (BrokenBarrierException)
                {
                    Mend(work);
                }
            }
        });
        while (true)
        {
            try
            {
                Count(work.Board, work.Barrier.Wait());
            }
            catch (BrokenBarrierException)
            {
                Mend(work);
            }
        }
    }

    private static void Count(SharedProbe board, int place)
    {
        board.Add(Killing.Free + place, 1);
        board.Add(Killing.Done, 1);
    }

    private static void Mend((ProcessBarrier Barrier, SharedProbe Board) work)
    {
        work.Board.Add(Killing.Free + Parties + 1, 1);
        if (work.Barrier.IsBroken)
        {
            work.Barrier.Reset();
        }
    }
}
