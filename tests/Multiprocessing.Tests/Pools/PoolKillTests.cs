using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Serialization;
using Multiprocessing.Tests.Pools.Processes;

namespace Multiprocessing.Tests.Pools;

/// <summary>Workers that somebody kills or stops at every stage of their life, and payloads that nobody can read.</summary>
public sealed class PoolKillTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_that_is_killed_while_it_starts_is_replaced_and_costs_nothing()
    {
        var folder = _folder;
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Initializer = () => SayWhoIAmAndLinger(folder) });
        var tasks = Enumerable.Range(0, 20).Select(i => pool.RunAsync(PoolWork.Double, i)).ToArray();
        var first = (await WorkersAsync(1))[0];
        Kill(first);
        var second = (await WorkersAsync(2)).Single(id => id != first);
        File.Delete(Path.Combine(_folder, $"{second}"));
        Assert.Equal(Enumerable.Range(0, 20).Select(PoolWork.Double), await Task.WhenAll(tasks).WaitAsync(Soon));
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_spare_that_is_killed_is_replaced_and_costs_nothing()
    {
        var folder = _folder;
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Spares = 1, Initializer = () => SayWhoIAm(folder) });
        var worker = pool.Run(static () => Environment.ProcessId);
        var spare = (await WorkersAsync(2)).Single(id => id != worker);
        await UntilAsync(() => pool.GetStatistics().SpareWorkers == 1);
        Kill(spare);
        await WorkersAsync(3);
        await UntilAsync(() => pool.GetStatistics().SpareWorkers == 1);
        Assert.Equal(worker, await pool.RunAsync(static () => Environment.ProcessId).WaitAsync(Soon));
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_worker_that_is_killed_while_it_makes_room_for_its_successor_costs_nothing()
    {
        var folder = _folder;
        await using var pool = new ProcessPool(new ProcessPoolOptions
        {
            Workers = 1,
            RecycleAfterTasks = 2,
            ExitHook = () => SayWhoIAmAndLinger(folder),
        });
        var results = Enumerable.Range(0, 5).Select(i => pool.RunAsync(PoolWork.Double, i)).ToArray();
        Kill((await WorkersAsync(1))[0]);
        Kill((await WorkersAsync(2)).MaxBy(id => File.GetLastWriteTimeUtc(Path.Combine(_folder, $"{id}"))));
        Assert.Equal(Enumerable.Range(0, 5).Select(PoolWork.Double), await Task.WhenAll(results).WaitAsync(Soon));
        Assert.Equal((2, 0), (pool.GetStatistics().RecycledWorkers, pool.GetStatistics().WorkerDeaths));
        Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
        pool.Terminate();
    }

    [Fact]
    public async Task An_argument_that_cannot_be_read_in_the_worker_fails_its_call_alone()
    {
        await using var pool = new ProcessPool(1);
        var worker = pool.Run(static () => Environment.ProcessId);
        var unreadable = pool.RunAsync(static x => x.Parent, new Homesick { Parent = Environment.ProcessId });
        var readable = pool.RunAsync(static () => Environment.ProcessId);
        await Assert.ThrowsAnyAsync<Exception>(() => unreadable.WaitAsync(Soon));
        Assert.Contains("far from home", unreadable.Exception!.ToString(), StringComparison.Ordinal);
        Assert.Equal(worker, await readable.WaitAsync(Soon));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task The_death_of_a_worker_of_a_worker_is_told_with_all_that_is_known()
    {
        await using var pool = new ProcessPool(1);
        var (outer, died) = pool.Run(static () =>
        {
            using var inner = new ProcessPool(1);
            try
            {
                inner.Run(static () => PoolDeathTests.Deaths.Die(nameof(PoolDeathTests.Deaths.FailFast)));
                throw new UnreachableException();
            }
            catch (WorkerDiedException exception)
            {
                return (Environment.ProcessId, exception);
            }
        });
        Assert.NotEqual(outer, died.ProcessId);
        Assert.Equal((-6, "SIGABRT", "fail fast: on purpose", 1), (died.ExitCode, died.SignalName, died.Reason, died.Attempt));
        Assert.Contains("a lambda in PoolKillTests", died.TaskDescription, StringComparison.Ordinal);
        Assert.Contains("last words", died.LastErrorLines);
    }

    [Fact]
    public async Task What_an_idle_worker_that_was_stopped_is_given_runs_elsewhere()
    {
        await using var pool = new ProcessPool(1);
        var worker = pool.Run(static () => Environment.ProcessId);
        Assert.Equal(0, pool.GetStatistics().StoppedWorkers);
        Assert.Equal(0, Native.Kill(worker, Signal.Stop));
        await UntilAsync(() => pool.GetStatistics().StoppedWorkers == 1);
        Assert.NotEqual(worker, await pool.RunAsync(static () => Environment.ProcessId).WaitAsync(Soon));
        Assert.NotEqual(worker, pool.Run(static () => Environment.ProcessId));
        Assert.Equal((1, 0), (pool.GetStatistics().StoppedWorkers, pool.GetStatistics().WorkerDeaths));
        Assert.Equal(0, Native.Kill(worker, Signal.Continue));
        await UntilAsync(() => pool.GetStatistics() is { StoppedWorkers: 0, ReadyWorkers: 1 });
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_while_it_works_keeps_that_task_and_goes_on_with_it()
    {
        var folder = _folder;
        await using var pool = new ProcessPool(2);
        var task = pool.RunAsync(() =>
        {
            SayWhoIAmAndLinger(folder);
            return Environment.ProcessId;
        });
        var worker = (await WorkersAsync(1))[0];
        Assert.Equal(0, Native.Kill(worker, Signal.Stop));
        await UntilAsync(() => pool.GetStatistics().StoppedWorkers == 1);
        File.Delete(Path.Combine(_folder, $"{worker}"));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pool.RunAsync(static () => Environment.ProcessId))).WaitAsync(Soon);
        Assert.DoesNotContain(worker, others);
        Assert.False(task.IsCompleted);
        Assert.Equal(0, Native.Kill(worker, Signal.Continue));
        Assert.Equal(worker, await task.WaitAsync(Soon));
        Assert.Equal((0, 0), (pool.GetStatistics().StoppedWorkers, pool.GetStatistics().WorkerDeaths));
    }

    private static void Kill(int process) => Assert.Equal(0, Native.Kill(process, Signal.Kill));

    private static void SayWhoIAm(string folder) => File.WriteAllText(Path.Combine(folder, $"{Environment.ProcessId}"), "");

    /// <summary>Goes on when its file is gone.</summary>
    private static void SayWhoIAmAndLinger(string folder) => PoolWork.Linger(Path.Combine(folder, $"{Environment.ProcessId}"));

    private async Task<int[]> WorkersAsync(int count)
    {
        var ids = Array.Empty<int>();
        await UntilAsync(() => (ids = [.. Directory.GetFiles(_folder).Select(
            file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture))]).Length >= count);
        return ids;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
            await Task.Delay(1);
        }
    }

    /// <summary>Can be read in the process only that wrote it.</summary>
    [PayloadCodec(typeof(Codec))]
    private sealed class Homesick
    {
        internal int Parent { get; init; }

        private sealed class Codec : IPayloadCodec<Homesick>
        {
            public void Write(PayloadWriter writer, Homesick value) => writer.Write(value.Parent);

            public Homesick Read(ref PayloadReader reader)
            {
                var parent = reader.Read<int>();
                return parent == Environment.ProcessId ? new Homesick { Parent = parent } : throw new FormatException("far from home");
            }
        }
    }
}
