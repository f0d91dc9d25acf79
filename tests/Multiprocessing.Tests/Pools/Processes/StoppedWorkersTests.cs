namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>A worker that was stopped from outside (SIGSTOP) answers nobody; whoever wants to end its task can.</summary>
public sealed class StoppedWorkersTests : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-stopped-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_task_of_a_stopped_worker_ends_after_the_grace_period_at_the_latest(bool takesToken)
    {
        await using var pool = Create(milliseconds: 100);
        var (task, worker, stop) = await RunInStoppedWorkerAsync(pool, takesToken);
        await stop.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        Assert.Equal(stop.Token, canceled.CancellationToken);
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1).WaitAsync(Soon));

        // The task is over when its worker can run nothing any more, which is a little before the process is gone.
        Assert.True(SpinWait.SpinUntil(() => PoolExitTests.IsGone(worker), Soon), "The stopped worker is still there.");
        stop.Dispose();
    }

    [Fact]
    public async Task A_stopped_worker_is_no_dead_one_and_goes_on()
    {
        await using var pool = Create(milliseconds: 100);
        var (task, worker, stop) = await RunInStoppedWorkerAsync(pool, takesToken: false);
        var next = pool.RunAsync(PoolWork.Double, 1);
        await Task.Delay(100);
        Assert.False(task.IsCompleted || next.IsCompleted);
        Assert.Equal(0, Native.Kill(worker, Continue));
        File.Delete(Path.Combine(_folder, "running"));
        Assert.Equal(0, await task.WaitAsync(Soon));
        Assert.Equal(2, await next.WaitAsync(Soon));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
        stop.Dispose();
    }

    [Fact]
    public async Task Terminate_ends_what_a_stopped_worker_runs()
    {
        await using var pool = Create(milliseconds: 100);
        var (task, _, stop) = await RunInStoppedWorkerAsync(pool, takesToken: true);
        pool.Terminate();
        Assert.True(task.IsCanceled);
        await pool.Completion.WaitAsync(Soon);
        stop.Dispose();
    }

    private static ProcessPool Create(int milliseconds) =>
        new(new ProcessPoolOptions { Workers = 1, CancellationGracePeriod = TimeSpan.FromMilliseconds(milliseconds) });

    private async Task<(Task<int> Task, int Worker, CancellationTokenSource Stop)> RunInStoppedWorkerAsync(ProcessPool pool, bool takesToken)
    {
        var stop = new CancellationTokenSource();
        var worker = await pool.RunAsync(static () => Environment.ProcessId);
        var running = Path.Combine(_folder, "running");
        var task = takesToken ? pool.RunAsync(PoolWork.WaitForToken, running, stop.Token) : pool.RunAsync(PoolWork.Linger, running, stop.Token);
        await PoolWork.WaitForFileAsync(running);
        Assert.Equal(0, Native.Kill(worker, Stop));
        return (task, worker, stop);
    }
}
