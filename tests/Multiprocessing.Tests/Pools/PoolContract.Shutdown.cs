using System.Diagnostics;

namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    [Fact]
    public async Task A_map_that_is_submitting_when_its_pool_is_terminated_is_cancelled()
    {
        await using var pool = Create();
        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        var map = Task.Run(() => pool.MapAsync(PoolWork.Double, Endless()));
        var blocking = Task.Run(() => pool.Map(PoolWork.Double, Endless()));
        var stream = Task.Run(async () =>
        {
            await foreach (var _ in pool.MapStreamAsync(PoolWork.Double, Endless()))
            {
            }
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await begun.WaitAsync(Soon));
        }
        pool.Terminate();
        mayGoOn.Release(3);
        foreach (var task in new Task[] { map, blocking, stream })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        }
        Assert.True(map.IsCanceled);
        await pool.Completion.WaitAsync(Soon);

        IEnumerable<int> Endless()
        {
            yield return 0;
            begun.Release();
            mayGoOn.Wait();
            for (var i = 1; ; i++)
            {
                yield return i;
            }
        }
    }

    [Fact]
    public async Task A_map_and_a_stream_that_have_begun_go_on_after_Complete()
    {
        await using var pool = Create();
        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        var map = Task.Run(() => pool.Map(PoolWork.Double, Items()));
        var stream = Task.Run(async () =>
        {
            var results = new List<int>();
            await foreach (var result in pool.MapStreamAsync(PoolWork.Double, Items()))
            {
                results.Add(result);
            }
            return results;
        });
        Assert.True(await begun.WaitAsync(Soon) && await begun.WaitAsync(Soon));
        pool.Complete();
        Assert.Throws<InvalidOperationException>(() => pool.Run(PoolWork.Double, 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.MapAsync(PoolWork.Double, [1]));
        Assert.False(pool.Completion.IsCompleted);
        mayGoOn.Release(2);
        await pool.Completion.WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 2 * i), await map);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 2 * i), await stream);

        IEnumerable<int> Items()
        {
            yield return 0;
            begun.Release();
            mayGoOn.Wait();
            for (var i = 1; i < 100; i++)
            {
                yield return i;
            }
        }
    }

    [Fact]
    public async Task A_stream_that_was_left_unfinished_and_forgotten_does_not_keep_its_pool_from_ending()
    {
        await using var pool = Create();
        await LeaveAsync(pool);
        pool.Complete();
        var start = Stopwatch.GetTimestamp();
        while (!pool.Completion.IsCompleted && Stopwatch.GetElapsedTime(start) < Soon)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(10);
        }
        Assert.True(pool.Completion.IsCompletedSuccessfully);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static async Task LeaveAsync(ProcessPool pool)
        {
            var results = pool.MapStreamAsync(PoolWork.Double, Enumerable.Range(0, int.MaxValue)).GetAsyncEnumerator();
            Assert.True(await results.MoveNextAsync());
        }
    }

    [Fact]
    public async Task Completion_can_be_waited_for_with_a_limit()
    {
        await using var pool = Create();
        var file = NewFile();
        var running = pool.RunAsync(PoolWork.Linger, file);
        await PoolWork.WaitForFileAsync(file);
        pool.Complete();
        await Assert.ThrowsAsync<TimeoutException>(() => pool.Completion.WaitAsync(TimeSpan.FromMilliseconds(50)));
        Assert.False(pool.Completion.Wait(TimeSpan.FromMilliseconds(50)));
        Assert.False(running.IsCompleted);
        pool.Terminate();
        Assert.True(running.IsCanceled);
        Assert.True(pool.Completion.Wait(Soon));
        File.Delete(file);
    }


}
