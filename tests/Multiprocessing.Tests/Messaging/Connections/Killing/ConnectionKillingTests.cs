using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Synchronization;
using Multiprocessing.Tests.Testing;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>
/// Two connected processes under load, one of which is killed by SIGKILL at a random moment: what the other one receives is what the dead one
/// had sent, then comes the end. More rounds: MULTIPROCESSING_TEST_ROUNDS=N, for each of these.
/// </summary>
public sealed class ConnectionKillingTests
{
    private const int Settling = 250;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 7_200_000)]
    [InlineData("pipe", 1)]
    [InlineData("pipe", 2)]
    [InlineData("abstract", 3)]
    [InlineData("file", 4)]
    [InlineData("tcp", 5)]
    public async Task All_messages_are_accounted_for_and_the_survivor_is_told(string kind, int seed)
    {
        int rounds = Synchronization.Killing.Kills(25);
        BrokerCounts before = await CountsAsync();
        var tally = new KillingTally();
        var random = new Random(seed);
        await using (var survivors = new ProcessPool(new ProcessPoolOptions { Workers = 1 }))
        {
            string[] descriptors = [];
            for (int round = 0; round < rounds; round++)
            {
                await RoundAsync(kind, random, (seed * 100_000) + round, round % 5 == 0, survivors, tally);
                descriptors = round == rounds / 3 ? await survivors.RunAsync(FindDescriptors) : descriptors;
            }

            string[] left = [];
            for (int i = 0; i < 100 && (left = await survivors.RunAsync(FindDescriptors)).Length > descriptors.Length; i++)
            {
                await Task.Delay(50, Stop);
            }

            Assert.True(left.Length <= descriptors.Length, $"Left open: {string.Join(", ", left)}; before {string.Join(", ", descriptors)}.");
        }

        tally.Report($"{kind}, seed {seed}: {rounds} rounds");
        for (int i = 0; i < 100 && await CountsAsync() != before; i++)
        {
            await Task.Delay(50, Stop);
        }

        Assert.Equal(before, await CountsAsync());
        Assert.Empty(ChildProcess.ActiveChildren);
    }

    private static async Task RoundAsync(string kind, Random random, int seed, bool isMeasured, ProcessPool survivors, KillingTally tally)
    {
        bool isPipe = kind == "pipe";
        using var board = new SharedProbe();
        using var tag = new SharedProbe();
        using var folder = new TemporaryFolder();
        string address = kind switch
        {
            "abstract" => $"\0mp-killing-{Guid.NewGuid():N}",
            "file" => Path.Combine(folder.Path, "socket"),
            _ => "",
        };
        int directions = 1 + random.Next(3);
        int fromVictim = (directions & 1) != 0 ? PartyBoard.FromVictim : 0;
        int fromSurvivor = (directions & 2) != 0 ? PartyBoard.FromSurvivor : 0;
        (Connection? first, Connection? second) = (null, null);
        if (isPipe)
        {
            bool isDuplex = directions == 3 || random.Next(2) == 0;
            (first, second) = Connection.CreatePipe(isDuplex);
            (first, second) = fromVictim != 0 ? (first, second) : (second, first);
        }

        var survivor = new KilledParty(first, address, board, isPipe ? tag : null, seed, fromSurvivor, fromVictim, int.MaxValue, true);
        int limit = random.Next(3) == 0 ? random.Next(50) : int.MaxValue;
        var victim = new KilledParty(second, address, board, isPipe ? tag : null, seed, fromVictim, fromSurvivor, limit, false);
        Task<PartyOutcome> surviving = survivors.RunAsync(static party => party.Run(), survivor);
        if (!isPipe)
        {
            await UntilAsync(() => board[PartyBoard.Port] != 0, "Nobody listens.");
        }

        using var child = ChildProcess.Create(
            static party =>
            {
                party.Run();
                new ManualResetEventSlim().Wait();
            },
            victim);
        child.StartMethod = StartMethod.Standby;
        child.Start();
        first?.Dispose();
        second?.Dispose();

        // Some die before they have begun, which a socket would not notice: nobody has connected.
        if (!isPipe || isMeasured || random.Next(5) != 0)
        {
            await UntilAsync(() => board[PartyBoard.Begun] == 2, "They do not begin.");
            int goal = random.Next(4) == 0 ? 0 : random.Next(Math.Min(limit, 200));
            await UntilAsync(() => surviving.IsFaulted || Progress(board) >= goal, "They do not get on.");

            // Measured only when no process is being started to stand by for the next one.
            await Task.Delay(isMeasured ? Settling : 0, Stop);
        }

        long until = Stopwatch.GetTimestamp() + random.Next((int)(Stopwatch.Frequency / 500));
        while (Stopwatch.GetTimestamp() < until)
        {
            Thread.SpinWait(20);
        }

        long killed = Stopwatch.GetTimestamp();
        child.Kill();
        await child.WaitForExitAsync();
        long reported = Stopwatch.GetTimestamp();
        Assert.Equal(-9, child.ExitCode);
        PartyOutcome outcome = await surviving.WaitAsync(Limit, Stop);
        Check(kind, directions, board);
        tally.Count(board);
        if (isMeasured)
        {
            tally.Measure(killed, reported, outcome);
        }
    }

    private static void Check(string kind, int directions, SharedProbe board)
    {
        Assert.Equal(0, board[PartyBoard.Wrong]);
        long attempted = board[PartyBoard.FromVictim + PartyBoard.Attempted];
        long sent = board[PartyBoard.FromVictim + PartyBoard.Sent];
        long received = board[PartyBoard.FromVictim + PartyBoard.Received];

        // TCP answers what arrives for a dead process by a reset, which overtakes what the dead one had sent.
        Assert.InRange(received, kind == "tcp" && directions == 3 ? 0 : sent, attempted);
        attempted = board[PartyBoard.FromSurvivor + PartyBoard.Attempted];
        sent = board[PartyBoard.FromSurvivor + PartyBoard.Sent];
        Assert.InRange(sent, attempted - 1, attempted);
        Assert.InRange(board[PartyBoard.FromSurvivor + PartyBoard.Received], 0, attempted);
    }

    private static long Progress(SharedProbe board) =>
        board[PartyBoard.FromVictim + PartyBoard.Received] + board[PartyBoard.FromSurvivor + PartyBoard.Received];

    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, otherwise);
            await Task.Delay(1, Stop);
        }
    }

    private static string[] FindDescriptors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        SharedHeap.Trim();
        return [.. DescriptorResources.Find().Select(static resource => resource.Name).Order()];
    }

    private static async Task<BrokerCounts> CountsAsync()
    {
        BrokerCounts counts;
        do
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            SharedHeap.Trim();
            counts = ProcessTree.Root.Broker.Counts;
            await Task.Delay(50, Stop);
        }
        while (counts != ProcessTree.Root.Broker.Counts);
        return counts;
    }
}
