namespace Multiprocessing.Tests.Pools;

/// <summary>Work that is tried again, with real processes.</summary>
public sealed class PoolRetryTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly RetryPolicy Thrice = new() { MaxRetries = 3, InitialDelay = TimeSpan.FromMilliseconds(5) };
    private readonly ProcessPool _pool = new(2);

    /// <summary>In a worker.</summary>
    private static string? Folder { get; set; }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact]
    public async Task A_call_that_kills_its_worker_at_first_has_its_result_in_the_end()
    {
        Assert.Equal(1, _pool.Run(static () => PoolWorker.Current!.Attempt));
        Assert.Equal(3, await _pool.RunAsync(static () => DieUntil(3), new RunOptions { Retry = Thrice }).WaitAsync(Soon));
        Assert.Equal(3, _pool.Run(static () => DieUntil(3), new RunOptions { Retry = Thrice }));
        Assert.Equal(1, _pool.Run(static () => PoolWorker.Current!.Attempt));
        Assert.Equal((4, 4), (_pool.GetStatistics().RetriedTasks, _pool.GetStatistics().WorkerDeaths));
    }

    [Fact]
    public async Task The_attempt_is_known_to_what_a_task_starts() =>
        Assert.Equal(2, await _pool.RunAsync(
            static async () =>
            {
                DieUntil(2);
                await Task.Yield();
                return await Task.Run(static () => PoolWorker.Current!.Attempt);
            },
            new RunOptions { Retry = Thrice }).WaitAsync(Soon));

    [Fact]
    public async Task A_poisonous_item_kills_as_often_as_allowed_and_then_fails_and_the_others_are_not_touched()
    {
        var items = Enumerable.Range(0, 200).Select(i => _pool.RunAsync(
            static x => x == 77 ? DieUntil(100) : 2 * x, i, new RunOptions { Retry = Thrice })).ToArray();
        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => items[77].WaitAsync(Soon));
        Assert.Equal(4, died.Attempt);
        Assert.Contains("attempt 4", died.Message, StringComparison.Ordinal);
        for (var i = 0; i < items.Length; i++)
        {
            if (i != 77)
            {
                Assert.Equal(2 * i, await items[i].WaitAsync(Soon));
            }
        }
        Assert.Equal((3, 4), (_pool.GetStatistics().RetriedTasks, _pool.GetStatistics().WorkerDeaths));
    }

    [Fact]
    public async Task Maps_and_streams_try_again_by_their_own_policy_or_by_that_of_the_pool()
    {
        var mapped = await _pool.MapAsync(
            static x => x == 2 ? DieUntil(2) : 2 * x, Enumerable.Range(0, 4), new MapOptions { Retry = Thrice }).WaitAsync(Soon);
        Assert.Equal([0, 2, 2, 6], mapped);
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Retry = Thrice });
        var results = new List<int>();
        await foreach (var result in pool.MapStreamAsync(static x => x == 2 ? DieUntil(3) : 2 * x, Enumerable.Range(0, 4)))
        {
            results.Add(result);
        }
        Assert.Equal([0, 2, 3, 6], results);
        await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(
            static () => DieUntil(2), new RunOptions { Retry = RetryPolicy.None }).WaitAsync(Soon));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(50, true)]
    [InlineData(50, false)]
    public async Task Of_a_batch_only_the_item_that_killed_the_worker_runs_again(int? chunkSize, bool hasState)
    {
        var folder = Directory.CreateTempSubdirectory("mp-retry-").FullName;
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Initializer = () => Folder = folder });
        var options = new MapOptions { ChunkSize = chunkSize, Retry = new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero } };
        var deadly = 333;
        var ran = hasState
            ? await pool.MapAsync(x => RunOnce(x, deadly), Enumerable.Range(0, 1000), options).WaitAsync(Soon)
            : await pool.MapAsync(static x => RunOnce(x, 333), Enumerable.Range(0, 1000), options).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(0, 1000).Select(x => (long)(x == deadly ? 2 : 1)), ran.Select(static item => item.Attempt));
        Assert.Equal(Enumerable.Range(1, 1000).Select(static x => (long)x), ran.Select(static item => item.TaskId));
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(static x => $"{x}.1").Append($"{deadly}.2").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (pool.GetStatistics().RetriedTasks, pool.GetStatistics().WorkerDeaths));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_took_too_long_is_tried_again_if_asked_for()
    {
        var options = new RunOptions
        {
            Timeout = TimeSpan.FromSeconds(1),
            Retry = new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero, RetriesTimeouts = true },
        };
        Assert.Equal(2, await _pool.RunAsync(
            static () => PoolWorker.Current!.Attempt == 1 ? PoolWork.Spin(20_000_000) : PoolWorker.Current!.Attempt, options).WaitAsync(Soon));
    }

    [Fact]
    public async Task Exceptions_are_not_tried_again() =>
        Assert.Equal("attempt 1", (await Assert.ThrowsAsync<FormatException>(() => _pool.RunAsync(
            static () => throw new FormatException($"attempt {PoolWorker.Current!.Attempt}"), new RunOptions { Retry = Thrice }))).Message);

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxRetries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxRetries = 1001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { InitialDelay = Timeout.InfiniteTimeSpan });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxDelay = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { DelayFactor = 0.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { DelayFactor = double.NaN });
        Assert.Throws<ArgumentNullException>(() => new ProcessPoolOptions { Retry = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { MemoryLimit = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { RecycleAboveMemory = 0 });
    }

    /// <summary>Leaves a mark of each run; fails if the same one begins twice.</summary>
    private static (long TaskId, long Attempt) RunOnce(int item, int deadly)
    {
        var worker = PoolWorker.Current!;
        new FileStream(Path.Combine(Folder!, $"{item}.{worker.Attempt}"), FileMode.CreateNew).Dispose();
        return item == deadly && worker.Attempt == 1 ? (DieUntil(2), 0) : (worker.TaskId, worker.Attempt);
    }

    private static int DieUntil(int attempt)
    {
        if (PoolWorker.Current!.Attempt < attempt)
        {
            PoolDeathTests.Deaths.Die(nameof(PoolDeathTests.Deaths.Kill));
        }
        return PoolWorker.Current!.Attempt;
    }
}
