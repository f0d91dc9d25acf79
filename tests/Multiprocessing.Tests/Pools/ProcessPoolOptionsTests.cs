namespace Multiprocessing.Tests.Pools;

public sealed class ProcessPoolOptionsTests
{
    [Fact]
    [Trait("PainPoint", "39")]
    public void The_defaults_are_those_that_are_documented()
    {
        var options = new ProcessPoolOptions();
        Assert.Equal(Environment.ProcessorCount, options.Workers);
        Assert.Equal((0, 0), (options.Spares, options.MinWorkers));
        Assert.Equal(TimeSpan.FromMinutes(5), options.IdleTimeout);
        Assert.Null(options.RecycleAfterTasks);
        Assert.Equal(Timeout.InfiniteTimeSpan, options.RecycleAfter);
        Assert.Null(options.Initializer);
        Assert.Null(options.Context);
        Assert.Equal((null, TimeSpan.FromSeconds(10)), (options.ExitHook, options.ExitHookTimeout));
        Assert.Equal((null, null, null, null, false), (options.Environment, options.WorkingDirectory, options.Niceness, options.Affinity, options.OneProcessorPerWorker));
        Assert.Equal(TimeSpan.FromMinutes(1), options.InitializerTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), options.CancellationGracePeriod);
        Assert.Equal(TimeSpan.FromSeconds(30), options.ShutdownTimeout);
        Assert.Equal(8, options.MaxWorkerFailures);
        Assert.Equal(PoolBackend.Processes, options.Backend);
        Assert.Equal(Timeout.InfiniteTimeSpan, new RunOptions().Timeout);
        Assert.Equal(Timeout.InfiniteTimeSpan, new MapOptions().Timeout);
        Assert.Equal((null, false, Timeout.InfiniteTimeSpan), (new MapStreamOptions().ReadAhead, new MapStreamOptions().StopOnError, new MapStreamOptions().Timeout));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4097)]
    public void A_number_of_workers_out_of_range_is_refused(int workers)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPool(workers));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { Workers = workers });
    }

    [Fact]
    [Trait("PainPoint", "33")]
    public void Values_out_of_range_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentNullException>(() => new ProcessPool(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { Spares = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { MinWorkers = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { RecycleAfterTasks = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { MaxWorkerFailures = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { Backend = (PoolBackend)7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { ReadAhead = 0 });
        foreach (var time in new[] { TimeSpan.FromMilliseconds(-2), TimeSpan.FromDays(25), TimeSpan.MinValue, TimeSpan.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { InitializerTimeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { CancellationGracePeriod = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { ShutdownTimeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { IdleTimeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { ExitHookTimeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { RecycleAfter = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new RunOptions { Timeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new MapOptions { Timeout = time });
            Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { Timeout = time });
        }
        Assert.Equal(TimeSpan.Zero, new RunOptions { Timeout = TimeSpan.Zero }.Timeout);
    }

    [Fact]
    public void A_pool_copies_its_options()
    {
        var options = new ProcessPoolOptions { Workers = 2, Backend = PoolBackend.InProcess };
        using var pool = new ProcessPool(options);
        options.Workers = 3;
        Assert.Equal(2, pool.WorkerCount);
        Assert.Equal(1, pool.Run(static () => 1));
    }

    [Fact]
    public void The_shared_pool_cannot_be_ended()
    {
        Assert.Same(ProcessPool.Shared, ProcessPool.Shared);
        Assert.Equal(Environment.ProcessorCount, ProcessPool.Shared.WorkerCount);
        Assert.Throws<InvalidOperationException>(ProcessPool.Shared.Complete);
        Assert.Throws<InvalidOperationException>(ProcessPool.Shared.Terminate);
        ProcessPool.Shared.Dispose();
        Assert.False(ProcessPool.Shared.Completion.IsCompleted);
    }

    [Fact]
    public void Null_is_refused_by_the_call_itself()
    {
        using var pool = new ProcessPool(new ProcessPoolOptions { Backend = PoolBackend.InProcess });
        Assert.Throws<ArgumentNullException>(() => pool.Run((Func<int>)null!));
        Assert.Throws<ArgumentNullException>(() => { _ = pool.RunAsync((Action)null!); });
        Assert.Throws<ArgumentNullException>(() => { _ = pool.MapAsync((Func<int, int>)null!, [1]); });
        Assert.Throws<ArgumentNullException>(() => pool.Map(PoolWork.Double, (int[])null!));
        Assert.Throws<ArgumentNullException>(() => pool.MapStreamAsync(PoolWork.Double, (IEnumerable<int>)null!));
        Assert.Throws<ArgumentNullException>(() => pool.MapStream((Func<int, int>)null!, [1]));
    }
}
