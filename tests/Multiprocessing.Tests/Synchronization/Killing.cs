using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization;

/// <summary>
/// Processes that use a primitive for ever, killed by SIGKILL at random moments and replaced. More of them: MULTIPROCESSING_TEST_ROUNDS=N.
/// </summary>
/// <remarks>
/// They report by the numbers of a board: 0 counts what they got done (whoever is killed, it must go on), 1 is the time at which one was
/// last told that it took over from a dead one, 2 counts that, 3 counts what must never happen. The others are free.
/// </remarks>
internal sealed class Killing(int seed, SharedProbe board)
{
    public const int Done = 0;
    public const int TakenOverAt = 1;
    public const int TakenOver = 2;
    public const int Wrong = 3;
    public const int Free = 4;

    private const int Workers = 3;
    private readonly List<double> _fromKill = [];
    private readonly List<double> _fromDeath = [];

    public static int Kills(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_ROUNDS"), CultureInfo.InvariantCulture, out int many) ? many : few;

    public async Task RunAsync<T>(string what, Action<T> target, T argument)
    {
        var random = new Random(seed);
        int kills = Kills(40);
        List<Worker> workers = [];
        try
        {
            while (workers.Count < Workers)
            {
                workers.Add(Start(target, argument));
            }

            for (int i = 0; i < kills; i++)
            {
                await GoesOnAsync(1 + random.Next(50));
                long until = Stopwatch.GetTimestamp() + random.Next((int)(Stopwatch.Frequency / 500));
                while (Stopwatch.GetTimestamp() < until)
                {
                    Thread.SpinWait(20);
                }

                // Sometimes all have begun, so that somebody is there to take over; otherwise some die while they start.
                bool allThere = random.Next(4) == 0;
                if (allThere)
                {
                    await UntilAsync(() => workers.TrueForAll(static worker => worker.Begun[0] != 0), "Not all begin.");
                    await GoesOnAsync(1 + random.Next(50));
                }

                int victim = random.Next(Workers);
                await KillAsync(workers[victim].Process, allThere);
                workers[victim].Dispose();
                workers[victim] = Start(target, argument);
            }

            await GoesOnAsync(50);
        }
        finally
        {
            foreach (Worker worker in workers)
            {
                worker.Process.Kill();
                await worker.Process.WaitForExitAsync();
                worker.Dispose();
            }
        }

        Assert.Equal(0, board[Wrong]);
        Report($"{what}, seed {seed}: {kills} kills, {board[Done]} done, {board[TakenOver]} taken over from a dead owner. "
            + $"To the next owner after SIGKILL was sent: {Quantiles(_fromKill)}; after the end was reported: {Quantiles(_fromDeath)}");
    }

    public static void Report(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_ROUNDS") is not null)
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>What a process does each time it is alone inside. The board's next number is who is inside.</summary>
    public static void Inside(SharedProbe board, bool abandoned, int place = Free)
    {
        long me = Environment.CurrentManagedThreadId + ((long)Environment.ProcessId << 32);
        if (abandoned)
        {
            board[TakenOverAt] = Stopwatch.GetTimestamp();
            board[TakenOver]++;
        }
        else if (board[place] != 0)
        {
            board.Add(Wrong, 1);
        }

        board[place] = me;
        board.Add(Done, 1);

        // So that many die in here.
        Thread.SpinWait(50);
        if (board[place] != me)
        {
            board.Add(Wrong, 1);
        }

        board[place] = 0;
    }

    private static Worker Start<T>(Action<T> target, T argument)
    {
        var begun = new SharedProbe();
        var child = ChildProcess.Create(
            static work =>
            {
                work.begun[0] = 1;
                work.target(work.argument);
            },
            (begun, target, argument));
        child.Start();
        return new Worker(child, begun);
    }

    private async Task KillAsync(ChildProcess victim, bool allThere)
    {
        long before = board[TakenOver];
        long killed = Stopwatch.GetTimestamp();
        victim.Kill();
        await victim.WaitForExitAsync();
        long reported = Stopwatch.GetTimestamp();
        await GoesOnAsync(1);
        if (allThere && board[TakenOver] == before + 1)
        {
            _fromKill.Add(Stopwatch.GetElapsedTime(killed, board[TakenOverAt]).TotalMilliseconds);
            _fromDeath.Add(Math.Max(0, Stopwatch.GetElapsedTime(reported, board[TakenOverAt]).TotalMilliseconds));
        }
    }

    /// <summary>Whoever was killed, the others get on.</summary>
    private Task GoesOnAsync(int more)
    {
        long target = board[Done] + more;
        return UntilAsync(() => board[Done] >= target, "Nobody gets on.");
    }

    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), otherwise);
            await Task.Delay(1);
        }
    }

    private static string Quantiles(List<double> milliseconds)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0
            ? "none"
            : $"p50 {milliseconds[milliseconds.Count / 2]:F2} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:F2} ms, longest {milliseconds[^1]:F2} ms";
    }

    private sealed record Worker(ChildProcess Process, SharedProbe Begun) : IDisposable
    {
        public void Dispose()
        {
            Process.Dispose();
            Begun.Dispose();
        }
    }
}
