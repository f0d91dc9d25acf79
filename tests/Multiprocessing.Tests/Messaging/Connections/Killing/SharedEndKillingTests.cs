using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>
/// Several processes share the sending end of a pipe and several the receiving one; they are killed at random moments and replaced. More kills:
/// MULTIPROCESSING_TEST_ROUNDS=N, for each of these.
/// </summary>
public sealed class SharedEndKillingTests
{
    private const int Each = 2;
    private const int KillsOfOnePipe = 20;
    private const int Settling = 250;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 7_200_000)]
    [InlineData(1, 20)]
    [InlineData(2, 3000)]
    [InlineData(3, 100_000)]
    public async Task Each_message_is_received_once_in_the_order_of_its_sender_or_died_with_who_had_it(int seed, int largest)
    {
        var random = new Random(seed);
        var total = new SharedEndTally();
        for (int left = Synchronization.Killing.Kills(KillsOfOnePipe); left > 0;)
        {
            using var board = new SharedProbe(SharedEndBoard.Bytes);
            using var tag = new SharedProbe();
            var tally = new SharedEndTally();
            await RunAsync(new SharedEndWork(null, board, tag, largest), random, Math.Min(left, KillsOfOnePipe), tally);
            tally.Count(board);
            left -= tally.Senders + tally.Receivers;
            Assert.Equal(0, board[SharedEndBoard.Torn]);
            Assert.InRange(tally.Lost, 0, tally.Senders + tally.Receivers);
            Assert.Equal(0, tally.Repeated);
            Assert.InRange(tally.Late, 0, tally.Receivers);
            total.Add(tally);
        }

        total.Report($"shared ends, messages of up to {largest} bytes, seed {seed}");
        Assert.Empty(ChildProcess.ActiveChildren);
    }

    private static async Task RunAsync(SharedEndWork work, Random random, int kills, SharedEndTally tally)
    {
        SharedProbe board = work.Board;
        (Connection receiving, Connection sending) = Connection.CreatePipe(duplex: false);
        var senders = new List<ChildProcess>();
        var receivers = new List<ChildProcess>();
        try
        {
            for (int i = 0; i < Each; i++)
            {
                senders.Add(Start(work, sending, isSender: true));
                receivers.Add(Start(work, receiving, isSender: false));
            }

            await GoesOnAsync(board, 50);
            for (int i = 0; i < kills && !SharedEndBoard.IsFull(board); i++)
            {
                bool isSender = random.Next(2) == 0;

                // Measured only when no process is being started to stand by for the next one.
                bool isMeasured = i % 5 == 0;
                await Task.Delay(isMeasured ? Settling : 0, Stop);
                List<ChildProcess> group = isSender ? senders : receivers;
                SharedEndBoard.TakeLongestPause(board);
                await GoesOnAsync(board, 1 + random.Next(200));
                long until = Stopwatch.GetTimestamp() + random.Next((int)(Stopwatch.Frequency / 1000));
                while (Stopwatch.GetTimestamp() < until)
                {
                    Thread.SpinWait(20);
                }

                int victim = random.Next(Each);
                double before = SharedEndBoard.TakeLongestPause(board);
                group[victim].Kill();
                await group[victim].WaitForExitAsync();
                Assert.Equal(-9, group[victim].ExitCode);
                await GoesOnAsync(board, 1);
                if (isMeasured)
                {
                    tally.PausesBefore.Add(before);
                    tally.Pauses.Add(SharedEndBoard.TakeLongestPause(board));
                }

                _ = isSender ? tally.Senders++ : tally.Receivers++;
                group[victim].Dispose();
                group[victim] = Start(work, isSender ? sending : receiving, isSender);
                await GoesOnAsync(board, 20);
            }

            // The last sender that ends, in peace, is the end for the receivers, who take what is left before.
            board[SharedEndBoard.Stop] = 1;
            sending.Dispose();
            foreach (ChildProcess child in senders.Concat(receivers))
            {
                Assert.True(child.Join(TimeSpan.FromSeconds(30)), "It did not come to its end.");
                Assert.Equal(0, child.ExitCode);
            }

            // Nobody is left who could have taken something.
            Assert.Throws<EndOfStreamException>(() => receiving.ReceiveBytes());
        }
        finally
        {
            sending.Dispose();
            receiving.Dispose();
            foreach (ChildProcess child in senders.Concat(receivers))
            {
                child.Kill();
                await child.WaitForExitAsync();
                child.Dispose();
            }
        }
    }

    private static ChildProcess Start(SharedEndWork work, Connection end, bool isSender)
    {
        ChildProcess child = isSender
            ? ChildProcess.Create(static work => work.SendAll(), work with { End = end })
            : ChildProcess.Create(static work => work.ReceiveAll(), work with { End = end });
        child.StartMethod = StartMethod.Standby;
        child.Start();
        return child;
    }

    /// <summary>Whoever was killed, the others get on.</summary>
    private static async Task GoesOnAsync(SharedProbe board, int more)
    {
        long target = board[SharedEndBoard.Received] + more;
        long start = Stopwatch.GetTimestamp();
        while (board[SharedEndBoard.Received] < target && !SharedEndBoard.IsFull(board))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "Nobody gets on.");
            await Task.Delay(1, Stop);
        }
    }
}
