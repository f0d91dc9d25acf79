namespace Multiprocessing.Tests.Pools;

/// <content>
/// One test for each place where a call may be when its token is cancelled: in the queue and running are in PoolContract.Stopping.cs, in a
/// stopped worker in StoppedWorkersTests.
/// </content>
public abstract partial class PoolContract
{
    [Fact]
    public async Task A_call_that_its_worker_was_given_in_advance_is_withdrawn_and_the_running_one_goes_on()
    {
        await using var pool = Create(options => options.Workers = 1);
        var (file, other) = (NewFile(), NewFile());
        using var stop = new CancellationTokenSource();
        var running = pool.RunAsync(PoolWork.Linger, file);
        await PoolWork.WaitForFileAsync(file);
        var inAdvance = pool.RunAsync(PoolWork.Linger, other, stop.Token);
        Assert.Equal(2, pool.GetStatistics().SentTasks);
        await stop.CancelAsync();
        Assert.True(inAdvance.IsCanceled);
        Assert.Equal(stop.Token, Assert.ThrowsAny<OperationCanceledException>(() => inAdvance.GetAwaiter().GetResult()).CancellationToken);
        Assert.False(running.IsCompleted);
        File.Delete(file);
        Assert.Equal(0, await running.WaitAsync(Soon));
        Assert.False(File.Exists(other));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_result_that_is_there_already_stays_the_result()
    {
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(PoolWork.Double, 4, stop.Token);
        Assert.Equal(8, await task);
        await stop.CancelAsync();
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
        Assert.Equal(0, Pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_call_that_returns_although_its_token_was_cancelled_has_its_result()
    {
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(static (path, token) =>
        {
            File.WriteAllText(path, "");
            token.WaitHandle.WaitOne();
            return 7;
        }, file, stop.Token);
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        Assert.Equal(7, await task.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_call_that_fails_after_its_token_was_cancelled_has_its_own_exception()
    {
        var file = NewFile();
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(static (path, token) =>
        {
            File.WriteAllText(path, "");
            token.WaitHandle.WaitOne();
            throw new FormatException("while stopping");
        }, file, stop.Token);
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<FormatException>(() => task.WaitAsync(Soon));
        Assert.True(task.IsFaulted);
    }

    [Fact]
    public async Task A_delegate_that_cancels_itself_is_cancelled_without_the_callers_token()
    {
        using var stop = new CancellationTokenSource();
        var task = Pool.RunAsync(static () => { throw new OperationCanceledException("by itself"); }, stop.Token);
        var exception = await Record.ExceptionAsync(() => task.WaitAsync(Soon));
        Assert.IsType<OperationCanceledException>(exception);
        Assert.NotEqual(stop.Token, ((OperationCanceledException)exception).CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_token_of_a_stream_ends_it_with_what_runs(bool isOrdered)
    {
        await using var pool = Create(options => options.Workers = 1);
        using var stop = new CancellationTokenSource();
        var (file, never) = (NewFile(), NewFile());
        var results = (isOrdered
            ? pool.MapStreamAsync(PoolWork.WaitForToken, Items(), null, stop.Token)
            : pool.MapStreamUnorderedAsync(PoolWork.WaitForToken, Items(), null, stop.Token)).GetAsyncEnumerator();
        var next = results.MoveNextAsync().AsTask();
        await PoolWork.WaitForFileAsync(file);
        await stop.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Soon));
        Assert.Equal(stop.Token, canceled.CancellationToken);
        Assert.False(await results.MoveNextAsync());
        await results.DisposeAsync();
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1));
        Assert.False(File.Exists(never));

        IEnumerable<string> Items()
        {
            yield return file;
            while (true)
            {
                yield return never;
            }
        }
    }
}
