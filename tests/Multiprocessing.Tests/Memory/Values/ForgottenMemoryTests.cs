using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Memory.Values;

/// <summary>Memory is free when nobody uses it, not when somebody remembers to say so.</summary>
public sealed class ForgottenMemoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_idle_worker_gives_back_what_its_tasks_did_not_keep()
    {
        await using var pool = new ProcessPool(1);
        int before = ProcessTree.Root.Broker.Counts.Segments;
        for (int i = 0; i < 5; i++)
        {
            using var array = new SharedArray<byte>(4 << 20);
            array.Span.Fill(1);
            for (int again = 0; again < 3; again++)
            {
                // Also what is mapped already when it comes: then the first look of the collector has been in vain.
                Assert.Equal(1, await pool.RunAsync(static (SharedArray<byte> given) => (int)given[^1], array));
                await Task.Delay(20 * again);
            }
        }

        Assert.True(SpinWait.SpinUntil(() => ProcessTree.Root.Broker.Counts.Segments == before, Patience));
    }

    [Fact]
    public void A_program_that_never_disposes_does_not_run_out_of_memory()
    {
        // 50 GiB together, a little of each touched; and on, until the collector has looked without being asked to. It does not do so at
        // any moment: the longer it took last time, the longer it waits.
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 200 || MappedMegabytes() > 40 * 1024; i++)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "Nothing was let go of.");
            var array = new SharedArray<long>((256L << 20) / sizeof(long));
            array[..100_000].Fill(i);
        }

        static long MappedMegabytes() => File.ReadLines("/proc/self/maps")
            .Where(static line => line.Contains("/memfd:mp-shared", StringComparison.Ordinal))
            .Sum(static line => (Convert.ToInt64(line.Split('-', ' ')[1], 16) - Convert.ToInt64(line.Split('-')[0], 16)) >> 20);
    }

    [Fact(Timeout = 30 * 60_000)]
    [Trait("PainPoint", "26")]
    public async Task Workers_that_are_killed_leave_nothing()
    {
        int before = ProcessTree.Root.Broker.Counts.Segments;
        var random = new Random(7);
        int kills = 0;
        while (kills < Killing.Kills(30))
        {
            await using var pool = new ProcessPool(2);
            using var value = new SharedValue<long>();
            using var array = new SharedArray<long>(10_000);
            using var list = new SharedList(["text", 1, null], capacity: 100);
            Task[] busy = [.. Enumerable.Range(0, 20).Select(_ => pool.RunAsync(() => Use(value, array, list)))];
            await Task.Delay(random.Next(30));
            pool.Terminate();
            kills += 2;
            await Task.WhenAny(Task.WhenAll(busy), Task.Delay(Patience));
            Assert.All(busy, static task => Assert.True(task.IsCompleted));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        SharedHeap.Trim();
        Assert.True(SpinWait.SpinUntil(() => ProcessTree.Root.Broker.Counts.Segments <= before, Patience));
    }

    /// <summary>Also makes objects of its own and returns one, so that there is something to lose at every moment.</summary>
    private static SharedArray<long> Use(SharedValue<long> value, SharedArray<long> array, SharedList list)
    {
        for (int i = 0; i < 200; i++)
        {
            using var own = new SharedArray<long>(100);
            using var large = new SharedArray<long>(10_000);
            own[1] = value.Increment();
            large[9_999] = array[i];
            array[i] = own[1];
            list[1] = own[1];
            list[0] = "another text";
        }

        return new SharedArray<long>(10_000);
    }
}
