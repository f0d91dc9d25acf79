using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Multiprocessing.Tests.Pools;

/// <summary>All ways in which a worker process can die: each costs the task that it was running, and nothing else.</summary>
public sealed partial class PoolDeathTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-death-").FullName;
    private readonly ProcessPool _pool = new(2);

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(nameof(Deaths.SegmentationFault), -11, "SIGSEGV", "SIGSEGV")]
    [InlineData(nameof(Deaths.StackOverflow), -6, "SIGABRT", "stack overflow")]
    [InlineData(nameof(Deaths.FailFast), -6, "SIGABRT", "fail fast: on purpose")]
    [InlineData(nameof(Deaths.UnhandledElsewhere), -6, "SIGABRT", "unhandled exception: System.FormatException: elsewhere")]
    [InlineData(nameof(Deaths.Terminate), -15, "SIGTERM", "SIGTERM")]
    [InlineData(nameof(Deaths.Kill), -9, "SIGKILL", "SIGKILL")]
    [InlineData(nameof(Deaths.ExitZero), 0, null, "0")]
    [InlineData(nameof(Deaths.ExitThree), 3, null, "3")]
    [Trait("PainPoint", "1")]
    public async Task A_death_costs_the_running_task_which_says_who_died_of_what(string way, int code, string? signal, string reason)
    {
        var before = Enumerable.Range(0, 100).Select(i => _pool.RunAsync(PoolWork.Double, i)).ToArray();
        var victim = _pool.RunAsync(Deaths.Die, way);
        var after = Enumerable.Range(0, 100).Select(i => _pool.RunAsync(PoolWork.Double, i)).ToArray();

        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => victim.WaitAsync(Soon));
        Assert.Equal((code, signal), (died.ExitCode, died.SignalName));
        Assert.Contains(reason, died.Reason, StringComparison.Ordinal);
        Assert.Equal("Deaths.Die", died.TaskDescription);
        Assert.True(died.ProcessId > 1 && died.ProcessId != Environment.ProcessId);
        Assert.Contains("last words", died.LastErrorLines);
        Assert.Equal(Enumerable.Range(0, 100).Select(PoolWork.Double), (await Task.WhenAll(before)).Distinct());
        Assert.Equal(Enumerable.Range(0, 100).Select(PoolWork.Double), await Task.WhenAll(after).WaitAsync(Soon));
        Assert.Equal(1, _pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_task_that_ends_its_process_with_everything_flushed_is_a_death_too()
    {
        var map = _pool.MapAsync(static x => x == 5 ? Deaths.Die(nameof(Deaths.ExitZero)) : x, Enumerable.Range(0, 10));
        await Assert.ThrowsAsync<WorkerDiedException>(() => map.WaitAsync(Soon));
        Assert.Equal(1, _pool.Run(static () => 1));
    }

    [Fact]
    [Trait("PainPoint", "2")]
    public async Task A_worker_that_is_killed_while_idle_is_replaced_and_costs_nothing()
    {
        for (var i = 0; i < 3; i++)
        {
            var worker = _pool.Run(static () => Environment.ProcessId);
            Send("KILL", worker);
            Assert.Equal(2 * i, await _pool.RunAsync(PoolWork.Double, i).WaitAsync(Soon));
        }
    }

    [Fact]
    public async Task A_worker_that_is_killed_from_outside_while_it_works_costs_that_task()
    {
        var file = Path.Combine(_folder, "pid");
        var task = _pool.RunAsync(static path =>
        {
            File.WriteAllText(path + ".new", $"{Environment.ProcessId}");
            File.Move(path + ".new", path);
            return PoolWork.Linger(path + ".running");
        }, file);
        await PoolWork.WaitForFileAsync(file);
        Send("KILL", int.Parse(await File.ReadAllTextAsync(file), System.Globalization.CultureInfo.InvariantCulture));
        var died = await Assert.ThrowsAsync<WorkerDiedException>(() => task.WaitAsync(Soon));
        Assert.Equal("SIGKILL", died.SignalName);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_is_killed_when_its_time_is_over()
    {
        var worker = _pool.Run(static () => Environment.ProcessId);
        var options = new RunOptions { Timeout = TimeSpan.FromSeconds(2) };
        var task = _pool.RunAsync(static path => PoolWork.Linger(path), Path.Combine(_folder, "stopped"), options);
        await PoolWork.WaitForFileAsync(Path.Combine(_folder, "stopped"));
        Send("STOP", worker);
        await Assert.ThrowsAsync<TaskTimeoutException>(() => task.WaitAsync(Soon));
        Assert.Equal(1, _pool.Run(static () => 1));
    }

    [Fact]
    [Trait("PainPoint", "3")]
    public async Task Deadly_tasks_in_a_row_each_fail_alone_and_the_pool_goes_on()
    {
        var tasks = Enumerable.Range(0, 30)
            .Select(i => i % 3 == 1 ? _pool.RunAsync(Deaths.Die, nameof(Deaths.Kill)) : _pool.RunAsync(PoolWork.Double, i)).ToArray();
        for (var i = 0; i < tasks.Length; i++)
        {
            if (i % 3 == 1)
            {
                await Assert.ThrowsAsync<WorkerDiedException>(() => tasks[i].WaitAsync(Soon));
            }
            else
            {
                Assert.Equal(2 * i, await tasks[i].WaitAsync(Soon));
            }
        }
        Assert.Equal(10, _pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    [Trait("PainPoint", "11")]
    public async Task An_initializer_that_kills_its_worker_breaks_the_pool_after_some_tries()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions
        {
            Workers = 2,
            MaxWorkerFailures = 3,
            Initializer = static () => Deaths.Die(nameof(Deaths.Kill)),
        });
        var broken = await Assert.ThrowsAsync<PoolBrokenException>(() => pool.RunAsync(PoolWork.Double, 1).WaitAsync(Soon));
        Assert.Contains("SIGKILL", broken.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PoolBrokenException>(() => pool.Completion.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_spare_stands_ready_for_a_worker_that_dies()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Spares = 1 });
        await pool.RunAsync(PoolWork.Double, 1);
        await pool.RunAsync(PoolWork.Double, 1);
        var start = Stopwatch.GetTimestamp();
        while (pool.GetStatistics().SpareWorkers == 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
            await Task.Delay(5);
        }
        await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(Deaths.Die, nameof(Deaths.Kill)).WaitAsync(Soon));
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1).WaitAsync(Soon));
    }

    [Fact]
    public async Task Terminate_leaves_no_process_behind()
    {
        var file = Path.Combine(_folder, "busy");
        var busy = _pool.RunAsync(static path => PoolWork.Linger(path), file);
        await PoolWork.WaitForFileAsync(file);
        _pool.Terminate();
        Assert.True(busy.IsCanceled);
        await _pool.Completion.WaitAsync(Soon);
        Assert.Throws<InvalidOperationException>(() => _pool.Run(static () => 1));
    }

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    internal static partial class Deaths
    {
        internal static int Die(string way)
        {
            Console.Error.WriteLine("last words");
            typeof(Deaths).GetMethod(way, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.Invoke(null, null);
            return 0;
        }

        internal static void SegmentationFault() => StringLength(8);

        internal static void StackOverflow() => Recurse(new int[100]);

        internal static void FailFast() => Environment.FailFast("on purpose");

        internal static void UnhandledElsewhere()
        {
            var thread = new Thread(static () => throw new FormatException("elsewhere"));
            thread.Start();
            thread.Join();
        }

        internal static void Terminate() => Signal(15);

        internal static void Kill() => Signal(9);

        internal static void ExitZero() => Environment.Exit(0);

        internal static void ExitThree() => Environment.Exit(3);

        private static void Signal(int signal)
        {
            _ = SendSignal(Environment.ProcessId, signal);
            SpinWait.SpinUntil(static () => false, Soon);
        }

        private static int Recurse(int[] numbers) => numbers.Length == 0 ? 0 : Recurse(numbers) + numbers[^1];

        [LibraryImport("libc", EntryPoint = "strlen")]
        private static partial nuint StringLength(nint text);

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int SendSignal(int process, int signal);
    }
}
