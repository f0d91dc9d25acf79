using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Platform;

public sealed class EventLoopTests
{
    [Fact(Timeout = 30_000)]
    public async Task Deadlines_fire_in_order_and_not_before_their_time()
    {
        long start = Stopwatch.GetTimestamp();
        var fired = new List<(int Name, long At)>();
        var done = new TaskCompletionSource();
        void Fire(int name)
        {
            Assert.True(Kernel.EventLoop.IsCurrent);
            fired.Add((name, Stopwatch.GetTimestamp() - start));
            if (name == 3)
            {
                done.SetResult();
            }
        }

        _ = Kernel.EventLoop.At(start + 30_000_000, () => Fire(3));
        _ = Kernel.EventLoop.At(start + 10_000_000, () => Fire(1));
        using IDisposable cancelled = Kernel.EventLoop.At(start + 15_000_000, () => Fire(99));
        _ = Kernel.EventLoop.At(start + 20_000_000, () => Fire(2));
        cancelled.Dispose();
        await done.Task;
        Assert.Equal([1, 2, 3], fired.Select(f => f.Name));
        Assert.All(fired, f => Assert.True(f.At >= f.Name * 10_000_000));
    }

    [Fact(Timeout = 30_000)]
    public async Task Posted_actions_run_in_order_on_the_loop()
    {
        var seen = new List<int>();
        var done = new TaskCompletionSource();
        for (int i = 0; i < 100; i++)
        {
            int item = i;
            Kernel.EventLoop.Post(() => seen.Add(item));
        }

        Kernel.EventLoop.Post(done.SetResult);
        await done.Task;
        Assert.Equal(Enumerable.Range(0, 100), seen);
    }
}
