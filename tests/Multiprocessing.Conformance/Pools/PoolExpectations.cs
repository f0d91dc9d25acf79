using System.Diagnostics;

namespace Multiprocessing.Conformance.Pools;

public sealed class SpawnPoolExpectationsTests() : PoolExpectations(PoolKind.Spawn);

public sealed class StandbyPoolExpectationsTests() : PoolExpectations(PoolKind.Standby);

public sealed class InProcessPoolExpectationsTests() : PoolExpectations(PoolKind.InProcess);

public abstract partial class PoolExpectations(PoolKind kind) : PoolBackEnds(kind)
{
    [Fact]
    public async Task Continuations_get_the_result_or_the_exception_once()
    {
        var seen = new List<string>();
        Task succeeded = Pool.MapAsync(static x => x * x, [1, 2], TestEnd).ContinueWith(
            task => seen.Add($"{task.Status} {string.Join(',', task.Result)}"), TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await succeeded;
        Task failed = Pool.MapAsync(static int (int x) => throw new KeyNotFoundException($"{x}"), [3], TestEnd).ContinueWith(
            task => seen.Add($"{task.Status} {task.Exception!.InnerException!.GetType().Name}"), TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await failed;
        Assert.Equal(["RanToCompletion 1,4", "Faulted KeyNotFoundException"], seen);
    }

    [Fact]
    public async Task Who_waits_no_longer_than_so_long_gets_a_TimeoutException_and_the_result_later()
    {
        using var go = new ProcessEvent();
        Task<int> task = Pool.RunAsync(static x => { x.Wait(); return 3; }, go);
        await Assert.ThrowsAsync<TimeoutException>(() => task.WaitAsync(TimeSpan.FromMilliseconds(50), TestEnd));
        await Assert.ThrowsAsync<TimeoutException>(() => task.WaitAsync(TimeSpan.Zero, TestEnd));
        Assert.False(task.Wait(0, TestEnd));
        Assert.False(task.IsCompleted);
        go.Set();
        Assert.Equal(3, await task.WaitAsync(Soon, TestEnd));
        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_TimeoutException_of_the_task_itself_is_its_result()
    {
        var limits = new MapStreamOptions { Timeout = Soon };
        await using IAsyncEnumerator<int> results = Pool.MapStreamAsync(
            static x => x == 2 ? throw new TimeoutException("the task's own") : x, [1, 2, 3], limits, TestEnd).GetAsyncEnumerator(TestEnd);
        Assert.True(await results.MoveNextAsync());
        Exception thrown = await Assert.ThrowsAsync<TimeoutException>(async () => await results.MoveNextAsync());
        Assert.Equal("the task's own", thrown.Message);
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(3, results.Current);
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task A_pool_has_as_many_workers_as_told_and_at_least_one()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPool(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPool(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(options => options.Workers = -3));
        await using ProcessPool three = Create(options => options.Workers = 3);
        Assert.Equal(3, three.WorkerCount);

        // They can only pass the barrier if all three are there.
        using var together = new ProcessBarrier(3);
        Assert.Equal([0, 1, 2], (await three.MapAsync(static x => x.Wait(Soon), [together, together, together], TestEnd)).Order());
    }

    [Fact]
    public async Task Limits_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(options => options.RecycleAfterTasks = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(options => options.RecycleAfterTasks = -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { ReadAhead = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { ReadAhead = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapOptions { Timeout = TimeSpan.FromSeconds(-1) });
        Assert.Equal(1, await Pool.RunAsync(static () => 1));
    }

    [Fact]
    public async Task Terminating_is_prompt_however_much_waits()
    {
        await using ProcessPool pool = Create(options => options.RecycleAfterTasks = 1);
        using var started = new ProcessEvent();
        Task<int[]> map = pool.MapAsync(static (x, stop) => { x.Set(); stop.WaitHandle.WaitOne(); return 0; }, Enumerable.Repeat(started, 10_000), TestEnd);
        await started.WaitAsync(TestEnd);
        long start = Stopwatch.GetTimestamp();
        pool.Terminate();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map);
        await pool.Completion.WaitAsync(Soon, TestEnd);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.Equal(0, pool.GetStatistics().ReadyWorkers + pool.GetStatistics().StartingWorkers);
    }

    [Fact]
    public async Task Terminating_what_has_not_begun_or_is_over_is_no_error()
    {
        await using (ProcessPool unused = Create())
        {
            unused.Terminate();
            await unused.Completion.WaitAsync(Soon, TestEnd);
            Assert.Throws<InvalidOperationException>(() => { _ = unused.RunAsync(static () => 1); });
        }

        await using ProcessPool broken = Create(options => options.Initializer = static () => throw new NotSupportedException("meant"));
        await Assert.ThrowsAsync<PoolBrokenException>(() => broken.RunAsync(static () => 1));
        broken.Terminate();
        await Assert.ThrowsAsync<PoolBrokenException>(() => broken.Completion.WaitAsync(Soon, TestEnd));
    }

    [Fact]
    public async Task After_its_block_a_pool_takes_no_work()
    {
        ProcessPool pool;
        await using (pool = Create())
        {
            int[] squares = await pool.MapAsync(static x => x * x, Enumerable.Range(0, 3), TestEnd);
            Assert.Equal([0, 1, 4], squares);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.MapAsync(static x => x, [1], TestEnd));
        Assert.Throws<ObjectDisposedException>(() => pool.Map(static x => x, [1], TestEnd));
        Assert.Throws<ObjectDisposedException>(() => pool.Run(static () => 1));
    }

    [Fact]
    public async Task A_pool_that_is_completed_right_after_its_work_came_does_all_of_it()
    {
        await using (ProcessPool pool = Create())
        {
            Task<int[]> map = pool.MapAsync(static x => x + 1, Enumerable.Range(0, pool.WorkerCount + 1), TestEnd);
            pool.Complete();
            int[] results = await map.WaitAsync(Soon, TestEnd);
            Assert.Equal([1, 2, 3], results);
        }

        // More than the workers are given at a time.
        await using (ProcessPool pool = Create())
        {
            Task<int[]> map = pool.MapAsync(static x => x + 1, Enumerable.Range(0, 10_000), TestEnd);
            pool.Complete();
            Assert.Equal(Enumerable.Range(1, 10_000), await map.WaitAsync(Soon, TestEnd));
        }

        ProcessPool other = Create();
        Task<int>[] fifty = [.. Enumerable.Range(0, 50).Select(i => other.RunAsync(static x => x * 2, i))];
        await other.DisposeAsync();
        Assert.All(fifty, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_completed_pool_whose_workers_are_recycled_does_all_of_its_work(bool failing)
    {
        await using ProcessPool pool = Create(options => options.RecycleAfterTasks = 1);
        Task<int>[] tasks = [.. Enumerable.Range(0, 6).Select(i => pool.RunAsync(static x => x.failing && x.i == 0 ? throw new FormatException("meant") : x.i, (i, failing)))];
        pool.Complete();
        await pool.Completion.WaitAsync(Soon, TestEnd);
        for (int i = 0; i < tasks.Length; i++)
        {
            if (failing && i == 0)
            {
                await Assert.ThrowsAsync<FormatException>(() => tasks[0]);
            }
            else
            {
                Assert.Equal(i, await tasks[i]);
            }
        }
    }

    [Fact]
    public async Task Every_call_of_a_broken_pool_has_an_exception_of_its_own()
    {
        await using ProcessPool pool = Create(options => options.Initializer = static () => throw new NotSupportedException("meant"));
        Task<int>[] tasks = [.. Enumerable.Range(0, 5).Select(async i => await pool.RunAsync(static x => x, i))];
        var errors = new HashSet<Exception>(ReferenceEqualityComparer.Instance);
        foreach (Task<int> task in tasks)
        {
            Assert.True(errors.Add(await Assert.ThrowsAsync<PoolBrokenException>(() => task.WaitAsync(Soon, TestEnd))));
        }
    }
}
