using System.Runtime.CompilerServices;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>A worker that dies costs the task that it was running, and nothing else.</summary>
public sealed class WorkerDeathTests : IDisposable
{
    private readonly ProcessPool _pool = new(new ProcessPoolOptions { Workers = 2 });

    public void Dispose() => _pool.Dispose();

    [Fact]
    public Task A_native_segmentation_fault() =>
        DiesAsync(static () => { _ = Native.StringLength(1); }, -11, "SIGSEGV", "SIGSEGV");

    [Fact]
    public Task A_native_abort() => DiesAsync(Native.Abort, -6, "SIGABRT", "SIGABRT");

    [Fact]
    public Task A_stack_overflow() => DiesAsync(static () => { _ = Overflow(1); }, -6, "SIGABRT", "stack overflow");

    [Fact]
    public Task A_fast_failure() => DiesAsync(static () => Environment.FailFast("on purpose"), -6, "SIGABRT", "fail fast: on purpose");

    [Fact]
    public Task An_exception_on_another_thread() => DiesAsync(ThrowOnAnotherThread, -6, "SIGABRT", "unhandled exception");

    [Fact]
    [Trait("PainPoint", "1")]
    public Task An_exit_that_pretends_success() => DiesAsync(static () => Environment.Exit(0), 0, null, "exit code 0");

    [Fact]
    public Task An_exit_with_a_code() => DiesAsync(static () => Environment.Exit(3), 3, null, "exit code 3");

    [Fact]
    public Task A_kill_from_outside() =>
        DiesAsync(static () => { _ = Native.Kill(Environment.ProcessId, 9); _ = Native.Pause(); }, -9, "SIGKILL", "SIGKILL");

    [Fact]
    public async Task An_idle_worker_that_is_killed_costs_nothing()
    {
        for (int round = 0; round < 5; round++)
        {
            int id = await _pool.RunAsync(static () => Environment.ProcessId);
            Assert.Equal(0, Native.Kill(id, 9));
            Assert.Equal(5, await _pool.RunAsync(static x => x + 1, 4));
        }
    }

    [Fact]
    [Trait("PainPoint", "4")]
    [Trait("PainPoint", "41")]
    public async Task The_last_lines_of_the_standard_error_are_in_the_exception()
    {
        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => _pool.RunAsync(static () =>
        {
            for (int i = 0; i < 5000; i++)
            {
                Console.Error.WriteLine($"line {i} of the worker");
            }

            Console.Error.Write("without an end");
            Console.Error.Flush();
            _ = Native.Kill(Environment.ProcessId, 9);
        }));
        Assert.Equal("without an end", died.LastErrorLines[^1]);
        Assert.Equal("line 4999 of the worker", died.LastErrorLines[^2]);
        Assert.InRange(died.LastErrorLines.Sum(line => line.Length), 15_000, 17_000);
    }

    [Fact]
    public async Task A_worker_that_overwrites_its_channel_harms_no_task_but_its_own()
    {
        Task overwriting = _pool.RunAsync(OverwriteTheChannel);
        int lost = 0;
        Task<string>[] others = [.. Enumerable.Range(0, 500).Select(i => _pool.RunAsync(static x => new string('x', x), 1000 + i))];
        for (int i = 0; i < others.Length; i++)
        {
            try
            {
                Assert.Equal(1000 + i, (await others[i].WaitAsync(TimeSpan.FromSeconds(30))).Length);
            }
            catch (WorkerDiedException died)
            {
                Assert.Contains("overwritten", died.Reason, StringComparison.Ordinal);
                lost++;
            }
        }

        // Both sides trust only what they remember themselves, so it may well have done no harm at all.
        await Task.WhenAny(overwriting).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(lost + (overwriting.IsFaulted ? 1 : 0), 0, 1);
        Assert.Equal(7, _pool.Run(static () => 7));
    }

    [Fact]
    [Trait("PainPoint", "2")]
    public void A_worker_maps_no_memory_of_its_siblings()
    {
        _pool.Map(static x => x, Enumerable.Range(0, 100)); // Both workers are up.
        string[] mappings = _pool.Run(static () => File.ReadAllLines("/proc/self/maps")
            .Where(line => line.Contains("/memfd:mp-", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("/memfd", StringComparison.Ordinal)..]).ToArray());
        Assert.Equal(["/memfd:mp-channel (deleted)", "/memfd:mp-doorbell (deleted)"], mappings.Order(StringComparer.Ordinal));
    }

    private async Task DiesAsync(Action task, int exitCode, string? signal, string reason)
    {
        Task<int>[] others = [.. Enumerable.Range(0, 100).Select(i => _pool.RunAsync(static x => x * x, i))];
        int before = await _pool.RunAsync(static () => Environment.ProcessId);
        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => _pool.RunAsync(task));
        Assert.Equal(exitCode, died.ExitCode);
        Assert.Equal(signal, died.SignalName);
        Assert.StartsWith(reason, died.Reason, StringComparison.Ordinal);
        Assert.NotEqual(Environment.ProcessId, died.ProcessId);
        Assert.NotEqual(0, before);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * i), await Task.WhenAll(others));
        Assert.Equal(42, _pool.Run(static x => x * 2, 21));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Overflow(int depth) => Overflow(depth + 1) + depth;

    private static void ThrowOnAnotherThread()
    {
        var thread = new Thread(static () => throw new InvalidOperationException("on another thread"));
        thread.Start();
        thread.Join();
    }

    private static unsafe void OverwriteTheChannel()
    {
        string line = File.ReadAllLines("/proc/self/maps").First(l => l.Contains("mp-channel", StringComparison.Ordinal));
        string[] ends = line.Split(' ')[0].Split('-');
        byte* start = (byte*)Convert.ToInt64(ends[0], 16);
        byte* end = (byte*)Convert.ToInt64(ends[1], 16);
        for (byte* at = start + 64; at < end; at++)
        {
            *at = 0xA5;
        }
    }
}
