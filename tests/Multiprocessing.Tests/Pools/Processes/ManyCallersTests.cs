namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Many callers at once, of one pool.</summary>
public sealed class ManyCallersTests
{
    [Fact]
    public async Task Ten_thousand_calls_from_many_tasks_at_once_each_get_their_result()
    {
        await using var pool = new ProcessPool(2);
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(part => Task.Run(() =>
            Enumerable.Range(part * 100, 100).Select(i => pool.RunAsync(PoolWork.Double, i)).ToArray())));
        var results = await Task.WhenAll(calls.SelectMany(part => part));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => 2 * i), results);
    }

    [Fact]
    public void Five_hundred_threads_block_on_one_pool()
    {
        using var pool = new ProcessPool(2);
        RunOnThreads(500, i => Assert.Equal(2 * i, pool.Run(PoolWork.Double, i)));
    }

    [Fact]
    public void Hundreds_of_threads_use_the_shared_pool()
    {
        // In a process of its own, because that pool stays as long as the process lives.
        using var child = new ChildProcess(static () =>
        {
            RunOnThreads(300, static i =>
            {
                for (var k = 0; k < 5; k++)
                {
                    Assert.Equal(2 * i, ProcessPool.Shared.Run(PoolWork.Double, i));
                }
            });
            Assert.Throws<InvalidOperationException>(ProcessPool.Shared.Terminate);
            ProcessPool.Shared.Dispose();
            Assert.Equal(4, ProcessPool.Shared.Run(PoolWork.Double, 2));
        });
        child.Start();
        Assert.True(child.Join(TimeSpan.FromSeconds(50)));
        Assert.Equal(0, child.ExitCode);
    }

    private static void RunOnThreads(int count, Action<int> action)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            var number = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    action(number);
                }
                catch (Exception exception)
                {
                    failures.Enqueue(exception);
                }
            }, 256 * 1024);
            threads[i].Start();
        }
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(failures);
    }
}
