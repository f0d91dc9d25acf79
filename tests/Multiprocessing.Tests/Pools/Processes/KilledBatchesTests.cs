using System.Globalization;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Workers that die in the middle of batches: the item that ran is lost, what was finished counts, nothing runs twice.</summary>
public sealed class KilledBatchesTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-batches-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData(50)]
    public async Task An_item_that_kills_its_worker_is_the_only_one_that_is_lost(int? chunkSize)
    {
        await using var pool = CreatePool();
        var options = new MapStreamOptions { ChunkSize = chunkSize };
        Check(await Collect(pool.MapStreamAsync(RawUnlessDeadly, Enumerable.Range(0, 150), options)), lost: [33, 120]);
        CheckRuns(150);
        Check(await Collect(pool.MapStreamAsync(TextUnlessDeadly, Enumerable.Range(0, 150), options)), lost: [33, 120]);
        CheckRuns(150);
        Assert.Equal(4, pool.GetStatistics().WorkerDeaths);
        Assert.Equal(300, pool.GetStatistics().CompletedTasks);
    }

    [Fact]
    public Task Raw_items_of_workers_that_are_killed_at_any_moment_come_once_or_are_lost_one_per_death() =>
        KillAtAnyMoment(1, static x => x, static (expected, result) => Assert.Equal(expected, result));

    [Fact]
    public Task Texts_of_workers_that_are_killed_at_any_moment_come_once_or_are_lost_one_per_death() =>
        KillAtAnyMoment(
            2,
            static x => x.ToString(CultureInfo.InvariantCulture),
            static (expected, result) => Assert.Equal(expected.ToString(CultureInfo.InvariantCulture), result));

    private static async Task KillAtAnyMoment<T>(int seed, Func<int, T> work, Action<int, T> check)
    {
        const int Items = 60_000;
        var random = new Random(seed);
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, MaxWorkerFailures = 1000 });
        var kills = 0;
        var lost = 0;
        for (var round = 0; round < 6; round++)
        {
            var victim = pool.Run(static () => Environment.ProcessId);
            var stop = random.Next(Items);
            await using var results = pool.MapStreamAsync(work, Enumerable.Range(0, Items)).GetAsyncEnumerator();
            for (var i = 0; i < Items; i++)
            {
                if (i == stop && Native.Kill(victim, 9) == 0)
                {
                    kills++;
                }
                try
                {
                    Assert.True(await results.MoveNextAsync().AsTask().WaitAsync(Soon));
                    check(i, results.Current);
                }
                catch (WorkerDiedException)
                {
                    lost++;
                }
            }
            Assert.False(await results.MoveNextAsync());
        }
        Assert.True(kills > 0 && lost <= kills, $"{lost} items were lost by {kills} kills");
    }

    [Fact]
    public async Task A_worker_that_is_stopped_in_a_batch_costs_the_item_that_is_late()
    {
        await using var pool = CreatePool();
        pool.Run(Warm);
        var options = new MapStreamOptions { ChunkSize = 100, Timeout = TimeSpan.FromSeconds(2) };
        var outcomes = await Collect(pool.MapStreamAsync(StopUnlessShort, Enumerable.Range(0, 200), options));
        Check(outcomes, lost: [150]);
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_smaller_pool_takes_back_what_a_batch_has_not_begun_with()
    {
        await using var pool = CreatePool();
        var map = pool.MapAsync(WaitUnlessShort, Enumerable.Range(0, 500));
        await PoolWork.WaitForFileAsync(Path.Combine(_folder, "waits"));
        pool.Resize(1);
        File.Delete(Path.Combine(_folder, "waits"));
        Assert.Equal(Enumerable.Range(0, 500), await map.WaitAsync(Soon));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    private ProcessPool CreatePool()
    {
        var options = new ProcessPoolOptions { Workers = 2, CancellationGracePeriod = TimeSpan.Zero };
        var folder = _folder;
        options.Initializer = () => Environment.SetEnvironmentVariable("MP_BATCHES", folder);
        return new ProcessPool(options);
    }

    private static string FileOf(string name) => Path.Combine(Environment.GetEnvironmentVariable("MP_BATCHES")!, name);

    private static int Warm() => 1;

    private static int RawUnlessDeadly(int x)
    {
        File.AppendAllText(FileOf(x.ToString(CultureInfo.InvariantCulture)), "r");
        return x is 33 or 120 ? PoolDeathTests.Deaths.Die(nameof(PoolDeathTests.Deaths.Kill)) : x;
    }

    private static string TextUnlessDeadly(int x) => RawUnlessDeadly(x).ToString(CultureInfo.InvariantCulture);

    private static int StopUnlessShort(int x)
    {
        if (x == 150)
        {
            _ = Native.Kill(Environment.ProcessId, 19);
            SpinWait.SpinUntil(static () => false, Soon);
        }
        return x;
    }

    private static int WaitUnlessShort(int x) => x == 7 ? 7 + PoolWork.Linger(FileOf("waits")) : x;

    private static async Task<List<string>> Collect<T>(IAsyncEnumerable<T> stream)
    {
        var outcomes = new List<string>();
        await using var results = stream.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await results.MoveNextAsync().AsTask().WaitAsync(Soon))
                {
                    return outcomes;
                }
                outcomes.Add(string.Create(CultureInfo.InvariantCulture, $"{results.Current}"));
            }
            catch (Exception exception) when (exception is WorkerDiedException or TaskTimeoutException)
            {
                outcomes.Add("lost");
            }
        }
    }

    private static void Check(List<string> outcomes, int[] lost) => Assert.Equal(
        Enumerable.Range(0, outcomes.Count).Select(i => lost.Contains(i) ? "lost" : i.ToString(CultureInfo.InvariantCulture)), outcomes);

    private void CheckRuns(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var file = Path.Combine(_folder, i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal("r", File.ReadAllText(file));
            File.Delete(file);
        }
    }
}
