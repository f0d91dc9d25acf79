using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory.Waiting;

namespace Multiprocessing.Tests.Memory.Tree;

/// <summary>Processes killed at random moments while they use the services. More of them: MULTIPROCESSING_TEST_ROUNDS=N.</summary>
public sealed class KillingTests
{
    private const int Workers = 3;

    [Theory(Timeout = 600_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Owners_and_waiters_of_a_lock_killed_at_any_moment_leave_nobody_waiting_and_nobody_inside(int seed)
    {
        using (var board = new Board())
        {
            Guid token = board.Token;
            await KillAtRandomAsync(board, seed, _ => ProcessTreeTests.Start(static (Guid t) => TreeTarget.LockForEver(t), token));
            Assert.Equal(0, board[2]);
            var mutex = new TestLock(board.Word, ProcessTree.Participant, ProcessTree.Waits);
            Assert.NotEqual(TestLock.Result.TimedOut, mutex.Acquire(Deadline.After(TimeSpan.FromSeconds(10))));
            mutex.Release();
        }

        await Board.NothingLeftAsync();
    }

    [Theory(Timeout = 600_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Processes_killed_while_they_hand_over_memory_leave_right_counts_and_no_memory(int seed)
    {
        using (var board = new Board())
        {
            Guid token = board.Token;
            int kills = await KillAtRandomAsync(board, seed, i => ProcessTreeTests.Start(
                static ((Guid, int) argument) => TreeTarget.HandOverForEver(argument), (token, (seed * 1000) + i)));
            Assert.Equal(0, board[3]);

            // Only one that is killed between taking an object and clearing its slot leaves a used ticket behind.
            Assert.InRange(board[2], 0, kills);

            // What is parked now is what the board shows, and what those who were killed had parked but not shown yet.
            BrokerCounts counts = await SettledAsync();
            long shown = Enumerable.Range(0, TreeTarget.BoardSlots).Sum(i => board[8 + (4 * i)]);
            Assert.Equal(1, counts.Holds);
            Assert.Equal(counts.Segments, counts.Parked + 1);
            Assert.InRange(counts.Parked, shown - kills, shown + kills);
            ProcessTreeTests.Report($"{kills} kills, {board[0]} rounds, {board[2]} used tickets left, {counts}, {shown} shown");
        }

        await Board.NothingLeftAsync();
    }

    private static async Task<int> KillAtRandomAsync(Board board, int seed, Func<int, ChildProcess> start)
    {
        var random = new Random(seed);
        int kills = ProcessTreeTests.Rounds(50);
        int started = 0;
        var workers = new List<ChildProcess>();
        while (workers.Count < Workers)
        {
            workers.Add(start(started++));
        }

        for (int i = 0; i < kills; i++)
        {
            // Somebody must get on, whoever was killed before.
            await board.ReachesAsync(0, board[0] + 1 + random.Next(50));
            long until = Stopwatch.GetTimestamp() + random.Next(2_000_000);
            while (Stopwatch.GetTimestamp() < until)
            {
                Thread.SpinWait(20);
            }

            int victim = random.Next(Workers);
            await ProcessTreeTests.KillAsync(workers[victim]);
            workers[victim].Dispose();
            workers[victim] = start(started++);
        }

        await board.ReachesAsync(0, board[0] + 50);
        foreach (ChildProcess worker in workers)
        {
            await ProcessTreeTests.KillAsync(worker);
            worker.Dispose();
        }

        return kills + Workers;
    }

    /// <summary>The counts once the root has noticed that all members are gone.</summary>
    private static async Task<BrokerCounts> SettledAsync()
    {
        while (ProcessTree.Root.MemberCount > 0)
        {
            await Task.Delay(1);
        }

        return ProcessTree.Root.Broker.Counts;
    }
}
