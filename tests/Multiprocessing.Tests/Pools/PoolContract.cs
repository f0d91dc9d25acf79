using System.Globalization;

namespace Multiprocessing.Tests.Pools;

/// <summary>What a pool does whatever its back end is. Every back end has a class that derives from this one.</summary>
public abstract partial class PoolContract : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-pool-").FullName;

    // Made once, whichever of a test's threads comes first: of two pools one would never be disposed of.
    private readonly Lazy<ProcessPool> _pool;

    protected PoolContract() =>
        _pool = new Lazy<ProcessPool>(() => Create(options => options.CancellationGracePeriod = TimeSpan.FromSeconds(30)));

    /// <summary>Two workers, a grace period long enough never to matter.</summary>
    private protected ProcessPool Pool => _pool.Value;

    private protected abstract PoolBackend Backend { get; }

    /// <summary>How worker processes are started; null: in the way of the program.</summary>
    private protected virtual MultiprocessingContext? Context => null;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (_pool.IsValueCreated)
        {
            await Pool.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    private protected ProcessPool Create(Action<ProcessPoolOptions>? configure = null)
    {
        var options = new ProcessPoolOptions { Workers = 2, Backend = Backend, Context = Context, ShutdownTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        return new ProcessPool(options);
    }

    private protected string NewFile() => Path.Combine(_folder, Path.GetRandomFileName());

    /// <summary>So many calls that run at the same time, so that each has a worker of its own, which is up then.</summary>
    /// <returns>The numbers of the workers.</returns>
    private protected async Task<int[]> MeetInEveryWorkerAsync(ProcessPool pool, int count)
    {
        var together = Enumerable.Range(0, count).Select(_ => NewFile()).ToArray();
        var calls = together.Select(file => pool.RunAsync(
            file =>
            {
                PoolWork.Linger(file);
                return PoolWorker.Current!.WorkerId;
            },
            file)).ToArray();
        foreach (var file in together)
        {
            await PoolWork.WaitForFileAsync(file);
        }
        Array.ForEach(together, File.Delete);
        return await Task.WhenAll(calls);
    }

    [Fact]
    [Trait("PainPoint", "42")]
    public async Task Every_form_of_a_function_gives_its_result()
    {
        var y = 5;
        Assert.Equal(42, Pool.Run(() => 42));
        Assert.Equal(8, Pool.Run(PoolWork.Double, 4));
        Assert.Equal(9, Pool.Run(x => x + y, 4));
        Assert.Equal(8, Pool.Run(PoolWork.DoubleAsync, 4));
        Assert.Equal(8, await Pool.RunAsync(PoolWork.DoubleSlowlyAsync, 4));
        Assert.Equal(7, await Pool.RunAsync(async () => await Task.FromResult(7)));
        Assert.Equal(7, await Pool.RunAsync(token => token.IsCancellationRequested ? 0 : 7));
        Assert.Equal(11, await Pool.RunAsync(async (x, token) => await Task.FromResult(token.IsCancellationRequested ? 0 : x), 11));
        Assert.Equal("String:text", await Pool.RunAsync(PoolWork.Describe, (object?)"text"));
        Assert.Null(await Pool.RunAsync(x => x, (string?)null));
        Assert.Equal([1, 2, 3], await Pool.RunAsync(static () => new List<int> { 1, 2, 3 }));
    }

    [Fact]
    public async Task Actions_end_and_their_effects_stay_in_the_worker()
    {
        var file = NewFile();
        Pool.Run(path => File.WriteAllText(path, "done"), file);
        Assert.Equal("done", await File.ReadAllTextAsync(file));

        var captured = 1;
        await Pool.RunAsync(() => { captured = 2; });
        await Pool.RunAsync(async () => { await Task.Yield(); captured = 3; });
        Assert.Equal(1, captured);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_by_the_call_itself()
    {
        using var stream = new MemoryStream();
        using var wait = new ManualResetEvent(false);
        Assert.Throws<UnserializableException>(() => { _ = Pool.RunAsync(() => wait.WaitOne(0)); });
        Assert.Throws<UnserializableException>(() => Pool.Run(PoolWork.Describe, (object?)Thread.CurrentThread));
        await Assert.ThrowsAsync<UnserializableException>(() => Pool.MapAsync(PoolWork.Describe, [1, (object)Thread.CurrentThread]));
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
    }

    [Fact]
    public async Task A_call_sees_arguments_and_captured_variables_as_they_were()
    {
        var list = new List<int> { 1 };
        var number = 1;
        var byArgument = Pool.RunAsync(static l => l.Count, list);
        var byCapture = Pool.RunAsync(() => list.Count + number);
        list.Add(2);
        number = 10;
        Assert.Equal(1, await byArgument);
        Assert.Equal(2, await byCapture);
        Assert.Equal(12, await Pool.RunAsync(() => list.Count + number));
    }

    [Fact]
    public async Task An_object_that_the_delegate_and_the_argument_share_is_shared_in_the_worker()
    {
        var list = new List<int> { 1 };
        Assert.True(await Pool.RunAsync(argument => ReferenceEquals(argument, list), list));
    }

    [Fact]
    public async Task Cultures_travel_with_the_task_and_nothing_of_a_task_stays()
    {
        var (culture, uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            var plain = PoolWork.Culture();
            Assert.Equal(plain, await Pool.RunAsync(PoolWork.Culture));
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal("de-DE/fr-FR", Pool.Run(PoolWork.Culture));
            }
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, uiCulture);
            for (var i = 0; i < 4; i++)
            {
                Pool.Run(PoolWork.SetCulture, "ja-JP");
                Pool.Run(static () => PoolWork.Ambient.Value = "left");
                Assert.Equal(plain, Pool.Run(PoolWork.Culture));
                Assert.Null(Pool.Run(static () => PoolWork.Ambient.Value));
                Assert.True(Pool.Run(static () => SynchronizationContext.Current is null));
            }
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, uiCulture);
        }
    }

    [Fact]
    public async Task Thousands_of_calls_at_once_each_get_their_own_result()
    {
        var calls = new Task<int>[10_000];
        for (var i = 0; i < calls.Length; i++)
        {
            calls[i] = Pool.RunAsync(PoolWork.Double, i);
        }
        var results = await Task.WhenAll(calls);
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal(2 * i, results[i]);
        }
    }

    [Fact]
    public void Many_threads_may_call_at_once()
    {
        var threads = new Thread[8];
        var failures = 0;
        using var together = new Barrier(threads.Length);
        for (var t = 0; t < threads.Length; t++)
        {
            var first = t * 1000;
            threads[t] = new Thread(() =>
            {
                together.SignalAndWait();
                for (var i = first; i < first + 500; i++)
                {
                    if (Pool.Run(PoolWork.Double, i) != 2 * i)
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            });
            threads[t].Start();
        }
        foreach (var thread in threads)
        {
            thread.Join();
        }
        Assert.Equal(0, failures);
    }

    [Fact]
    public async Task Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts()
    {
        await using var pool = Create(options => options.Workers = 3);
        Assert.Equal(0, pool.GetStatistics().ReadyWorkers + pool.GetStatistics().StartingWorkers);
        for (var i = 0; i < 5; i++)
        {
            await pool.RunAsync(PoolWork.Double, i);
        }
        var statistics = pool.GetStatistics();
        Assert.Equal(1, statistics.ReadyWorkers + statistics.StartingWorkers);
        Assert.Equal(5, statistics.CompletedTasks);
        Assert.Equal(3, pool.WorkerCount);
    }

    [Fact]
    public async Task A_long_task_does_not_hold_up_those_that_its_worker_was_given_in_advance()
    {
        var file = NewFile();
        for (var i = 0; i < 2000; i++)
        {
            _ = Pool.RunAsync(PoolWork.Double, i);
        }
        var slow = Pool.RunAsync(PoolWork.Linger, file);
        var others = Enumerable.Range(0, 2000).Select(i => Pool.RunAsync(PoolWork.Double, i)).ToArray();
        await PoolWork.WaitForFileAsync(file);
        await Task.WhenAll(others).WaitAsync(TimeSpan.FromSeconds(15));
        Assert.False(slow.IsCompleted);
        File.Delete(file);
        await slow;
    }
}
