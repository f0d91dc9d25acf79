namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    [Fact]
    public async Task A_completed_pool_does_what_it_has_and_takes_no_more()
    {
        await using var pool = Create();
        var tasks = Enumerable.Range(0, 200).Select(i => pool.RunAsync(PoolWork.DoubleSlowlyAsync, i)).ToArray();
        pool.Complete();
        pool.Complete();
        Assert.Throws<InvalidOperationException>(() => { _ = pool.RunAsync(PoolWork.Double, 1); });
        Assert.Throws<InvalidOperationException>(() => pool.Run(PoolWork.Double, 1));
        await pool.Completion.WaitAsync(Soon);
        Assert.All(tasks, task => Assert.True(task.IsCompletedSuccessfully));
        var statistics = pool.GetStatistics();
        Assert.Equal(0, statistics.ReadyWorkers + statistics.StartingWorkers);
        Assert.Equal(0, statistics.WorkerDeaths);
        Assert.Equal(200, statistics.CompletedTasks);
    }

    [Fact]
    public async Task A_pool_that_was_never_used_ends_at_once()
    {
        var pool = Create();
        pool.Complete();
        await pool.Completion.WaitAsync(Soon);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(PoolWork.Double, 1));
    }

    [Fact]
    [Trait("PainPoint", "17")]
    public async Task Terminate_cancels_everything_pending_before_it_returns()
    {
        await using var pool = Create();
        var file = NewFile();
        var running = pool.RunAsync(PoolWork.Linger, file);
        await PoolWork.WaitForFileAsync(file);
        var queued = Enumerable.Range(0, 100).Select(i => pool.RunAsync(PoolWork.Linger, file)).ToArray();
        var blocking = Task.Run(() => pool.Run(PoolWork.WaitForToken, NewFile()));
        var map = pool.MapAsync(PoolWork.Linger, Enumerable.Repeat(file, 1000));
        pool.Terminate();
        pool.Terminate();
        Assert.True(running.IsCanceled);
        Assert.All(queued, task => Assert.True(task.IsCanceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map.WaitAsync(Soon));

        // It may have come too late.
        var refused = await Record.ExceptionAsync(() => blocking.WaitAsync(Soon));
        Assert.True(refused is OperationCanceledException or InvalidOperationException, refused?.ToString());
        Assert.Throws<InvalidOperationException>(() => { _ = pool.RunAsync(PoolWork.Double, 1); });
        await pool.Completion.WaitAsync(Soon);
        File.Delete(file);
    }

    [Fact]
    public async Task Dispose_waits_for_the_work_but_not_for_ever()
    {
        var pool = Create();
        var quick = pool.RunAsync(PoolWork.DoubleSlowlyAsync, 1);
        await pool.DisposeAsync();
        Assert.Equal(2, await quick);
        await pool.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => { _ = pool.RunAsync(PoolWork.Double, 1); });

        var file = NewFile();
        pool = Create(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var slow = pool.RunAsync(PoolWork.Linger, file);
        await PoolWork.WaitForFileAsync(file);
        pool.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.WaitAsync(Soon));
        File.Delete(file);
    }

    [Fact]
    public async Task An_initializer_runs_once_in_every_worker_before_its_first_task()
    {
        var folder = Directory.CreateTempSubdirectory("mp-init-").FullName;
        await using (var pool = Create(options => options.Initializer = () => File.WriteAllText(Path.Combine(folder, Path.GetRandomFileName()), "")))
        {
            var counts = await pool.MapAsync(path => { PoolWork.Spin(1000); return Directory.GetFiles(path).Length; }, Enumerable.Repeat(folder, 100));
            Assert.All(counts, count => Assert.InRange(count, 1, 2));
        }
        Assert.InRange(Directory.GetFiles(folder).Length, 1, 2);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("PainPoint", "11")]
    public async Task An_initializer_that_throws_breaks_the_pool_with_that_exception()
    {
        await using var pool = Create(options => options.Initializer = static () => throw new FormatException("not like this"));

        // Async, because the pool may be broken before the last call.
        var tasks = Enumerable.Range(0, 10).Select(async i => await pool.RunAsync(PoolWork.Double, i)).ToArray();
        foreach (var task in tasks)
        {
            var broken = await Assert.ThrowsAsync<PoolBrokenException>(() => task.WaitAsync(Soon));
            Assert.Equal("not like this", Assert.IsType<FormatException>(broken.InnerException).Message);
        }
        Assert.Throws<PoolBrokenException>(() => pool.Run(PoolWork.Double, 1));
        await Assert.ThrowsAsync<PoolBrokenException>(() => pool.Completion.WaitAsync(Soon));
    }

    [Fact]
    [Trait("PainPoint", "11")]
    public async Task An_initializer_that_takes_too_long_breaks_the_pool()
    {
        var file = NewFile();
        await using var pool = Create(options =>
        {
            options.Initializer = () => PoolWork.Linger(file);
            options.InitializerTimeout = TimeSpan.FromMilliseconds(300);
        });
        var broken = await Assert.ThrowsAsync<PoolBrokenException>(() => pool.RunAsync(PoolWork.Double, 1).WaitAsync(Soon));
        Assert.IsType<TimeoutException>(broken.InnerException);
        await Assert.ThrowsAsync<PoolBrokenException>(() => pool.Completion.WaitAsync(Soon));
        File.Delete(file);
    }

    [Fact]
    public void An_initializer_that_cannot_be_sent_is_refused_by_the_constructor()
    {
        using var wait = new ManualResetEvent(false);
        Assert.Throws<UnserializableException>(() => Create(options => options.Initializer = () => wait.Set()));
    }
}
