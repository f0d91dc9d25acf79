using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Tests.Pools;

namespace Multiprocessing.Tests.PainPoints;

/// <summary>Pain points of pools that no other test is about.</summary>
public sealed class PainPointPoolTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly ProcessPool _pool = new(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-pain-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("PainPoint", "10")]
    public async Task A_continuation_that_throws_harms_nobody()
    {
        Task[] failing = [.. Enumerable.Range(0, 20).Select(i => _pool.RunAsync(PoolWork.Double, i).ContinueWith(
            static _ => throw new FormatException("callback"), TaskContinuationOptions.ExecuteSynchronously))];
        foreach (Task task in failing)
        {
            await Assert.ThrowsAsync<FormatException>(() => task.WaitAsync(Soon));
        }
        Assert.Equal(42, await _pool.RunAsync(PoolWork.Double, 21).WaitAsync(Soon));
        Assert.Equal(0, _pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    [Trait("PainPoint", "18")]
    public void A_worker_is_in_a_process_group_of_its_own()
    {
        (int process, int group) = _pool.Run(static () => (Environment.ProcessId, Kernel.Lifetime.ProcessGroup));
        Assert.Equal(process, group);
        Assert.NotEqual(Kernel.Lifetime.ProcessGroup, group);
    }

    [Fact]
    [Trait("PainPoint", "19")]
    public async Task A_program_that_a_task_started_ends_with_the_worker_that_the_pool_kills()
    {
        string file = Path.Combine(_folder, "pid");
        using var stop = new CancellationTokenSource();
        Task<int> task = _pool.RunAsync(
            static path =>
            {
                using var program = Process.Start("/bin/sleep", "1000");
                File.WriteAllText(path + ".new", $"{program.Id}");
                File.Move(path + ".new", path);
                program.WaitForExit();
                return 0;
            },
            file,
            stop.Token);
        await PoolWork.WaitForFileAsync(file);
        int id = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        long started = Kernel.Lifetime.StartTimeOf(id);
        Assert.NotEqual(0, started);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Soon));
        long begin = Stopwatch.GetTimestamp();
        while (Kernel.Lifetime.StartTimeOf(id) == started && !IsZombie(id))
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Soon);
            await Task.Delay(1);
        }
    }

    /// <summary>It has ended, and whoever adopted it has not reaped it yet.</summary>
    private static bool IsZombie(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
