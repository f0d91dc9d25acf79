using System.Globalization;
using Multiprocessing.Tests.Processes;

namespace Multiprocessing.Tests.Pools;

/// <content>What code knows of the worker that it runs in, what a worker keeps, and how it ends.</content>
public abstract partial class PoolContract
{
    [Fact]
    public async Task Code_knows_its_worker_by_a_small_number_that_no_other_worker_has()
    {
        Assert.Null(PoolWorker.Current);
        await using var pool = Create(options => options.Workers = 3);
        var ids = await MeetInEveryWorkerAsync(pool, 3);
        Assert.Equal([0, 1, 2], ids.Order());
        Assert.Null(PoolWorker.Current);
    }

    [Fact]
    public async Task The_worker_is_known_to_the_initializer_to_threads_of_a_task_and_after_an_await()
    {
        var file = NewFile();
        await using var pool = Create(options =>
        {
            options.Workers = 1;
            options.Initializer = () => File.WriteAllText(file, PoolWorker.Current?.WorkerId.ToString(CultureInfo.InvariantCulture));
        });
        Assert.Equal("0 0", await pool.RunAsync(static async () =>
        {
            await Task.Yield();
            return $"{PoolWorker.Current?.WorkerId} {await Task.Run(static () => PoolWorker.Current?.WorkerId)}";
        }));
        Assert.Equal("0", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Code_knows_the_number_of_its_call_or_item_and_that_of_the_attempt()
    {
        var file = NewFile();
        await using var pool = Create(options => options.Initializer = () => Answer.Write($"{file}-{Guid.NewGuid()}", $"{PoolWorker.Current!.TaskId}"));
        Assert.Equal((1, 1), pool.Run(static () => (PoolWorker.Current!.TaskId, PoolWorker.Current.Attempt)));
        Assert.Equal(
            Enumerable.Range(2, 5000).Select(static x => (long)x),
            await pool.MapAsync(static _ => PoolWorker.Current!.TaskId, Enumerable.Range(0, 5000)));
        var offset = 5002;
        Assert.Equal(
            Enumerable.Range(5002, 300).Select(static x => (long)x),
            await pool.MapAsync(x => PoolWorker.Current!.TaskId == x + offset ? x + offset : 0L, Enumerable.Range(0, 300)));
        Assert.Equal(5302, await pool.RunAsync(static async () =>
        {
            await Task.Yield();
            return await Task.Run(static () => PoolWorker.Current!.TaskId);
        }));
        Assert.All(Directory.GetFiles(_folder, Path.GetFileName(file) + "-*"), static path => Assert.Equal("0", File.ReadAllText(path)));
    }

    [Fact]
    public async Task A_worker_makes_its_value_once_and_keeps_it_for_all_its_tasks()
    {
        var file = NewFile();
        var local = new WorkerLocal<List<int>>(() =>
        {
            File.AppendAllText(file, $"{PoolWorker.Current!.WorkerId} ");
            return [];
        });
        await using var pool = Create(options => options.Workers = 1);
        Assert.False(pool.Run(() => local.IsValueCreated));
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i, pool.Run(
                x =>
                {
                    local.Value.Add(x);
                    return local.Value.Count;
                },
                i));
        }
        Assert.Equal(5, await pool.RunAsync(async argument => await Task.Run(() => argument.Value.Count), local));
        Assert.Equal("0 ", await File.ReadAllTextAsync(file));
        Assert.Equal(1, pool.Run(static () => PoolState.Numbers.Value.Count));
        Assert.Equal(2, pool.Run(static () => PoolState.Numbers.Value.Count));
    }

    [Fact]
    public void Threads_of_one_task_get_the_same_value()
    {
        var local = new WorkerLocal<object>(static () =>
        {
            Thread.SpinWait(100_000);
            return new object();
        });
        Assert.Equal(1, Pool.Run(() =>
        {
            var values = new object[8];
            Parallel.For(0, values.Length, i => values[i] = local.Value);
            return values.Distinct().Count();
        }));
    }

    [Fact]
    public async Task A_factory_that_throws_fails_the_task_and_is_tried_again()
    {
        var file = NewFile();
        var local = new WorkerLocal<string>(() => File.ReadAllText(file));
        await using var pool = Create(options => options.Workers = 1);
        Assert.Throws<FileNotFoundException>(() => pool.Run(() => local.Value));
        await File.WriteAllTextAsync(file, "there");
        Assert.Equal("there", pool.Run(() => local.Value));
    }

    [Fact]
    public void A_value_of_a_worker_cannot_be_had_elsewhere()
    {
        var local = new WorkerLocal<int>(static () => 1);
        Assert.Throws<InvalidOperationException>(() => local.Value);
        Assert.Throws<InvalidOperationException>(() => local.IsValueCreated);
        Assert.Throws<ArgumentNullException>(() => new WorkerLocal<int>(null!));
    }

    [Fact]
    public async Task A_factory_that_cannot_be_sent_is_refused_by_the_call()
    {
        using var handle = new ManualResetEvent(false);
        var local = new WorkerLocal<bool>(() => handle.WaitOne(0));
        Assert.Throws<UnserializableException>(() => Pool.Run(() => local.Value));
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
    }

    [Fact]
    public async Task A_worker_that_ends_cleanly_runs_the_exit_hook_and_then_disposes_of_its_values_last_one_first()
    {
        var file = NewFile();
        var first = new WorkerLocal<Ending>(() => new Ending(file, "first"));
        var second = new WorkerLocal<Ending>(() => new Ending(file, "second"));
        var pool = Create(options =>
        {
            options.Workers = 1;
            options.ExitHook = () => File.AppendAllText(file, $"hook of {PoolWorker.Current!.WorkerId}, {first.IsValueCreated}; ");
        });
        pool.Run(() => first.Value.Touch() + second.Value.Touch());
        Assert.False(File.Exists(file));
        await pool.DisposeAsync();
        Assert.Equal("hook of 0, True; second; first; ", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task The_exit_hook_also_runs_in_workers_that_are_replaced()
    {
        var file = NewFile();
        await using (var pool = Create(options =>
        {
            options.Workers = 1;
            options.RecycleAfterTasks = 1;
            options.ExitHook = () => File.Create($"{file}-{Guid.NewGuid()}").Dispose(); // Two may end at a time.
        }))
        {
            Assert.Equal(12, (await pool.MapAsync(PoolWork.Double, new[] { 1, 2, 3 })).Sum());
        }
        Assert.InRange(Directory.GetFiles(_folder, Path.GetFileName(file) + "-*").Length, 3, int.MaxValue);
    }

    [Fact]
    public async Task What_goes_wrong_at_the_end_of_a_worker_is_nobodys_failure()
    {
        var file = NewFile();
        var local = new WorkerLocal<Ending>(() => new Ending(file, "disposed"));
        var bad = new WorkerLocal<Ending>(() => new Ending(file, "bad") { Fails = true });
        var pool = Create(options => options.ExitHook = static () => throw new FormatException("at the end"));
        Assert.Equal(2, pool.Run(() => local.Value.Touch() + bad.Value.Touch()));
        await pool.DisposeAsync();
        await pool.Completion;
        Assert.Equal("bad; disposed; ", await File.ReadAllTextAsync(file));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task An_exit_hook_that_does_not_end_is_given_up_after_its_time()
    {
        var file = NewFile();
        var pool = Create(options =>
        {
            options.Workers = 1;
            options.ExitHook = () => PoolWork.Linger(file);
            options.ExitHookTimeout = TimeSpan.FromSeconds(1);
        });
        Assert.Equal(2, pool.Run(PoolWork.Double, 1));
        pool.Complete();
        await pool.Completion.WaitAsync(TimeSpan.FromSeconds(15));
        Assert.True(File.Exists(file));
        File.Delete(file); // A thread is still there, and ends now.
        await pool.DisposeAsync();
    }

    [Fact]
    public async Task The_exit_hook_does_not_run_when_the_pool_is_terminated()
    {
        var file = NewFile();
        await using var pool = Create(options => options.ExitHook = () => File.AppendAllText(file, "x"));
        Assert.Equal(2, pool.Run(PoolWork.Double, 1));
        pool.Terminate();
        await pool.Completion;
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void An_exit_hook_that_cannot_be_sent_is_refused_by_the_constructor()
    {
        using var handle = new ManualResetEvent(false);
        Assert.Throws<UnserializableException>(() => Create(options => options.ExitHook = () => handle.Set()));
    }

    private static class PoolState
    {
        /// <summary>In a static field there is one per process; in-process workers still have a value each.</summary>
        internal static readonly WorkerLocal<Counter> Numbers = new(static () => new Counter());
    }

    private sealed class Counter
    {
        private int _count;

        internal int Count => ++_count;
    }

    private sealed class Ending(string file, string name) : IDisposable
    {
        internal bool Fails { get; init; }

        internal int Touch() => 1;

        public void Dispose()
        {
            File.AppendAllText(file, $"{name}; ");
            if (Fails)
            {
                throw new FormatException(name);
            }
        }
    }
}
