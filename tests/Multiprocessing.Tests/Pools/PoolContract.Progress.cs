using System.Collections.Concurrent;

namespace Multiprocessing.Tests.Pools;

/// <content>Reports of progress on their way from a task to its caller.</content>
public abstract partial class PoolContract
{
    [Fact]
    public async Task Reports_are_raised_in_order_and_before_the_call_ends()
    {
        var progress = new Recorder<int>();
        Assert.Equal(100, Pool.Run(Count, ((IProgress<int>)progress, 100)));
        Assert.Equal(Enumerable.Range(0, 100), progress.Values);
        IProgress<int> captured = progress;
        await Pool.RunAsync(() => captured.Report(-1));
        Assert.Equal(-1, progress.Values[^1]);
    }

    [Fact]
    public async Task A_captured_variable_of_the_type_Progress_works_as_it_does_without_a_pool()
    {
        var sum = 0;
        var all = new TaskCompletionSource();
        var progress = new Progress<int>(value =>
        {
            if (Interlocked.Add(ref sum, value) == 55)
            {
                all.SetResult();
            }
        });
        await Pool.RunAsync(() =>
        {
            for (var i = 1; i <= 10; i++)
            {
                ((IProgress<int>)progress).Report(i);
            }
        });
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Reports_of_all_items_of_a_map_come_one_at_a_time()
    {
        var progress = new Recorder<string>();
        IProgress<string> captured = progress;
        var results = Pool.Map(
            x =>
            {
                captured.Report($"{x} begins");
                captured.Report($"{x} ends");
                return x;
            },
            Enumerable.Range(0, 200));
        Assert.Equal(200, results.Length);
        Assert.Equal(400, progress.Values.Count);
        Assert.Equal(1, progress.MostAtATime);
        for (var i = 0; i < 200; i++)
        {
            Assert.InRange(progress.Values.IndexOf($"{i} begins"), 0, progress.Values.IndexOf($"{i} ends") - 1);
        }
    }

    [Fact]
    public async Task Reports_come_from_streams_from_async_work_and_from_threads_of_a_task()
    {
        var progress = new Recorder<int>();
        IProgress<int> captured = progress;
        await foreach (var _ in Pool.MapStreamAsync(
            async x =>
            {
                await Task.Yield();
                Parallel.For(0, 10, i => captured.Report((100 * x) + i));
                return x;
            },
            Enumerable.Range(0, 5)))
        {
        }
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(x => Enumerable.Range(100 * x, 10)), progress.Values.Order());
    }

    [Fact]
    public void Values_are_copies_of_any_type_that_can_be_sent()
    {
        var progress = new Recorder<List<string?>>();
        Pool.Run(static p => p.Report(["a", null]), (IProgress<List<string?>>)progress);
        Assert.Equal(["a", null], Assert.Single(progress.Values));
        Assert.Throws<UnserializableException>(() => Pool.Run(static p => p.Report(Thread.CurrentThread), (IProgress<object>)new Recorder<object>()));
        Assert.Throws<UnserializableException>(() => Pool.Run(static p => p.Report(new byte[100_000]), (IProgress<byte[]>)new Recorder<byte[]>()));
        Assert.Null(Pool.Run(static p => p, (IProgress<int>?)null));
    }

    [Fact]
    public void An_object_that_throws_at_a_report_hurts_nobody()
    {
        var progress = new Recorder<int> { Fails = true };
        Assert.Equal(10, Pool.Run(Count, ((IProgress<int>)progress, 10)));
        Assert.Equal(10, progress.Values.Count);
    }

    [Fact]
    public void A_slow_object_slows_the_task_down_and_loses_nothing()
    {
        var progress = new Recorder<string> { Pause = 20 };
        Assert.Equal(3000, Pool.Run(
            static p =>
            {
                for (var i = 0; i < 3000; i++)
                {
                    p.Report(new string('x', 200));
                }
                return 3000;
            },
            (IProgress<string>)progress));
        Assert.Equal(3000, progress.Values.Count);
    }

    [Fact]
    public async Task An_object_that_never_returns_keeps_neither_the_worker_nor_the_call()
    {
        using var release = new ManualResetEventSlim();
        var progress = new Recorder<string> { Gate = release };
        IProgress<string> captured = progress;
        await Pool.RunAsync(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                captured.Report("more than fits, by far");
            }
        }).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Single(progress.Values);
        Assert.Equal(2, await Pool.RunAsync(PoolWork.Double, 1));
        release.Set();
    }

    [Fact]
    public async Task A_report_after_the_end_of_its_call_goes_nowhere()
    {
        var progress = new Recorder<int>();
        IProgress<int> captured = progress;
        await using var pool = Create(options => options.Workers = 1);
        pool.Run(() => { Kept.Progress = captured; });
        pool.Run(static () => Kept.Progress!.Report(1));
        pool.Run(() => captured.Report(2));
        Assert.Equal([2], progress.Values);
    }

    [Fact]
    public async Task Where_no_call_is_no_progress_can_be_sent()
    {
        IProgress<int> progress = new Recorder<int>();
        Assert.Throws<UnserializableException>(() => Create(options => options.Initializer = () => progress.Report(1)));
        using var queue = new ProcessQueue<IProgress<int>>();
        Assert.Throws<UnserializableException>(() => queue.Put(progress));
        await Assert.ThrowsAsync<UnserializableException>(() => Pool.RunAsync(static p => p, progress));
    }

    [Fact]
    public async Task A_task_that_gives_its_progress_to_a_task_of_its_own_passes_the_reports_on()
    {
        var progress = new Recorder<int>();
        Assert.Equal(3, await Pool.RunAsync(
            static async p =>
            {
                await using var inner = new ProcessPool(new ProcessPoolOptions { Backend = PoolBackend.InProcess, Workers = 1 });
                return await inner.RunAsync(Count, (p, 3));
            },
            (IProgress<int>)progress));
        Assert.Equal([0, 1, 2], progress.Values);
    }

    private static int Count((IProgress<int> Progress, int Count) work)
    {
        for (var i = 0; i < work.Count; i++)
        {
            work.Progress.Report(i);
        }
        return work.Count;
    }

    private static class Kept
    {
        internal static IProgress<int>? Progress;
    }

    private sealed class Recorder<T> : IProgress<T>
    {
        private readonly ConcurrentQueue<T> _values = new();
        private int _inside;

        internal List<T> Values => [.. _values];

        internal int MostAtATime { get; private set; }

        internal bool Fails { get; init; }

        /// <summary>Spins per report.</summary>
        internal int Pause { get; init; }

        internal ManualResetEventSlim? Gate { get; init; }

        public void Report(T value)
        {
            MostAtATime = Math.Max(MostAtATime, Interlocked.Increment(ref _inside));
            _values.Enqueue(value);
            Thread.SpinWait(Pause * 100);
            Gate?.Wait(TimeSpan.FromSeconds(30));
            Interlocked.Decrement(ref _inside);
            if (Fails)
            {
                throw new FormatException("as told");
            }
        }
    }
}
