using System.Diagnostics;

namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_cancelled_token_cancels_before_anything_is_sent()
    {
        var token = new CancellationToken(canceled: true);
        Assert.True(Pool.RunAsync(PoolWork.Double, 1, token).IsCanceled);
        Assert.True(Pool.MapAsync(PoolWork.Double, [1], token).IsCanceled);
        Assert.Equal(token, Assert.Throws<OperationCanceledException>(() => Pool.Run(PoolWork.Double, 1, token)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pool.RunAsync(PoolWork.Double, 1, token));
    }

    [Fact]
    [Trait("PainPoint", "15")]
    public async Task A_queued_call_is_withdrawn_at_once()
    {
        string[] files = [NewFile(), NewFile()];
        var busy = files.Select(file => Pool.RunAsync(PoolWork.Linger, file)).ToArray();
        await Task.WhenAll(files.Select(PoolWork.WaitForFileAsync));
        using var stop = new CancellationTokenSource();
        var queued = Enumerable.Range(0, 100).Select(i => Pool.RunAsync(PoolWork.Double, i, stop.Token)).ToArray();
        var kept = Pool.RunAsync(PoolWork.Double, 1);
        await stop.CancelAsync();
        foreach (var task in queued)
        {
            var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
            Assert.Equal(stop.Token, canceled.CancellationToken);
            Assert.True(task.IsCanceled);
        }
        Assert.DoesNotContain(busy, task => task.IsCompleted);
        Array.ForEach(files, File.Delete);
        await Task.WhenAll(busy);
        Assert.Equal(2, await kept);
    }

    [Fact]
    [Trait("PainPoint", "15")]
    public async Task A_running_call_gets_its_own_token_cancelled_and_its_worker_lives_on()
    {
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(PoolWork.WaitForToken, file, stop.Token);
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        Assert.Equal(stop.Token, canceled.CancellationToken);
        Assert.True(task.IsCanceled);
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
        Assert.Equal(0, Pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_blocking_call_is_cancelled_from_another_thread()
    {
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var caller = Task.Run(() => Pool.Run(PoolWork.WaitForToken, file, stop.Token));
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller.WaitAsync(Soon));
    }

    [Fact]
    [Trait("PainPoint", "15")]
    public async Task A_running_call_without_a_token_is_stopped_with_its_worker_and_the_others_go_on()
    {
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(PoolWork.Linger, file, stop.Token);
        await PoolWork.WaitForFileAsync(file);
        var others = Enumerable.Range(0, 50).Select(i => Pool.RunAsync(PoolWork.Double, i)).ToArray();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        Assert.True(task.IsCanceled);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 2 * i), await Task.WhenAll(others));
        Assert.Equal(1, Pool.GetStatistics().WorkerDeaths);
        File.Delete(file);
    }

    [Fact]
    public async Task A_call_that_ignores_its_token_is_stopped_after_the_grace_period()
    {
        await using var pool = Create(options => options.CancellationGracePeriod = TimeSpan.FromMilliseconds(200));
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var task = pool.RunAsync(PoolWork.IgnoreToken, file, stop.Token);
        await PoolWork.WaitForFileAsync(file);
        var start = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1));
        File.Delete(file);
    }

    [Fact]
    [Trait("PainPoint", "16")]
    public async Task A_call_that_takes_too_long_is_stopped_and_told_so()
    {
        var file = NewFile();
        var options = new RunOptions { Timeout = TimeSpan.FromMilliseconds(500) };
        var late = await Assert.ThrowsAsync<TaskTimeoutException>(() => Pool.RunAsync(PoolWork.Linger, file, options).WaitAsync(Soon));
        Assert.Equal(options.Timeout, late.Timeout);
        Assert.Equal("PoolWork.Linger", late.TaskDescription);
        File.Delete(file);
        late = Assert.Throws<TaskTimeoutException>(() => Pool.Run(PoolWork.WaitForToken, NewFile(), options));
        Assert.Equal("PoolWork.WaitForToken", late.TaskDescription);
        Assert.Equal(1, Pool.GetStatistics().WorkerDeaths);
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1, options));
    }

    [Fact]
    public async Task The_time_limit_counts_from_the_real_start()
    {
        await using var pool = Create(options => options.Workers = 1);
        await pool.RunAsync(PoolWork.Double, 1);

        // Together they take longer than the limit; one alone has much to spare, on a machine that is busy otherwise.
        var options = new RunOptions { Timeout = TimeSpan.FromMilliseconds(1000) };
        var inARow = Enumerable.Range(0, 12).Select(_ => pool.RunAsync(PoolWork.Spin, 100_000, options)).ToArray();
        await Task.WhenAll(inARow);
    }

    [Fact]
    [Trait("PainPoint", "16")]
    public async Task An_item_that_takes_too_long_is_lost_alone()
    {
        string[] files = [NewFile(), NewFile(), NewFile()];
        var calls = new Func<string, int>(path => path.EndsWith('!') ? PoolWork.Linger(path) : path.Length);
        var items = new[] { files[0], files[1] + "!", files[2] };
        var options = new MapStreamOptions { Timeout = TimeSpan.FromMilliseconds(500) };
        await using var results = Pool.MapStreamAsync(calls, items, options).GetAsyncEnumerator();
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(files[0].Length, results.Current);
        await Assert.ThrowsAsync<TaskTimeoutException>(async () => await results.MoveNextAsync());
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(files[2].Length, results.Current);
        Assert.False(await results.MoveNextAsync());
        await Assert.ThrowsAsync<TaskTimeoutException>(() => Pool.MapAsync(calls, items, new MapOptions { Timeout = options.Timeout }));
        File.Delete(items[1]);
    }
}
