using System.Runtime.InteropServices;

namespace Multiprocessing.Tests.Pools;

/// <summary>Limits of workers' memory, with real processes.</summary>
public sealed class PoolMemoryTests
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly List<byte[]> Kept = [];

    [Fact]
    public async Task A_task_that_allocates_too_many_objects_gets_an_OutOfMemoryException_and_its_worker_goes_on()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB });
        var worker = pool.Run(static () => Environment.ProcessId);
        await Assert.ThrowsAsync<OutOfMemoryException>(() => pool.RunAsync(static () => Hoard(1000)).WaitAsync(Soon));
        await Assert.ThrowsAsync<OutOfMemoryException>(() => pool.RunAsync(static () => new byte[1_000_000_000].Length).WaitAsync(Soon));
        Assert.Equal(worker, await pool.RunAsync(static () => Environment.ProcessId).WaitAsync(Soon));
        Assert.Equal(100, await pool.RunAsync(static () => Hoard(100)).WaitAsync(Soon));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_task_whose_native_code_takes_too_much_is_killed_and_told_so()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, MemoryLimit = 256 * MiB });
        var others = Enumerable.Range(0, 50).Select(i => pool.RunAsync(static x => { PoolWork.Spin(2000); return 2 * x; }, i)).ToArray();
        var greedy = pool.RunAsync(static () => HoardNatively(2048));
        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => greedy.WaitAsync(Soon));
        Assert.StartsWith("out of memory: ", died.Reason, StringComparison.Ordinal);
        Assert.Matches("MiB of a limit of 256 MiB$|by the kernel$", died.Reason); // Whoever was faster.
        Assert.Equal("SIGKILL", died.SignalName);
        PeakMemory.AssertInRange(died, 256 * MiB, 2048 * MiB);
        Assert.Equal(Enumerable.Range(0, 50).Select(x => 2 * x), await Task.WhenAll(others).WaitAsync(Soon));
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task Workers_that_leak_are_replaced_and_nothing_waits_for_it()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, RecycleAboveMemory = 150 * MiB });
        var tasks = Enumerable.Range(0, 1000).Select(i => pool.RunAsync(
            static x =>
            {
                Leak(1);
                PoolWork.Spin(1000);
                return (x, Environment.ProcessId);
            },
            i)).ToArray();
        var results = await Task.WhenAll(tasks).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(0, 1000), results.Select(result => result.x));
        var statistics = pool.GetStatistics();
        Assert.Equal(0, statistics.WorkerDeaths);
        Assert.InRange(statistics.RecycledWorkers, 1, 20);
        Assert.InRange(results.GroupBy(result => result.ProcessId).Count(), 3, 22);
    }

    [Fact]
    public void Threads_cannot_be_limited() =>
        Assert.Throws<NotSupportedException>(() => new ProcessPool(
            new ProcessPoolOptions { Backend = PoolBackend.InProcess, MemoryLimit = 512 * MiB }));

    private static int Hoard(int mebibytes)
    {
        var kept = new List<byte[]>();
        for (var i = 0; i < mebibytes; i++)
        {
            kept.Add(GC.AllocateUninitializedArray<byte>((int)MiB));
            kept[^1].AsSpan().Fill(1);
        }
        return kept.Count;
    }

    private static void Leak(int mebibytes)
    {
        Kept.Add(new byte[mebibytes * MiB]);
        Kept[^1].AsSpan().Fill(1);
    }

    /// <summary>Takes memory by and by, and keeps it until it is killed.</summary>
    private static unsafe int HoardNatively(int mebibytes)
    {
        for (var i = 0; i < mebibytes; i++)
        {
            NativeMemory.Fill(NativeMemory.Alloc((nuint)MiB), (nuint)MiB, 1);
            PoolWork.Spin(500);
        }
        SpinWait.SpinUntil(static () => false, Soon);
        return mebibytes;
    }
}
