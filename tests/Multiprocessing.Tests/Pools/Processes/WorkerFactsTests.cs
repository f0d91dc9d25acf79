using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Pools;
using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>What the pool can learn of a worker process from outside.</summary>
public sealed class WorkerFactsTests : IDisposable
{
    private readonly ProcessPool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task A_worker_has_memory_while_it_lives_and_none_once_it_is_gone()
    {
        using var events = new WorkerOfOne();
        ProcessWorker worker = await events.StartAsync();
        long before = worker.OwnMemory;
        Assert.InRange(before, 1 << 20, 200 << 20);
        worker.Kill();
        await events.Died;
        Assert.Equal(0, worker.OwnMemory);
        Assert.False(worker.IsStopped);
    }

    [Fact]
    public async Task A_stopped_worker_is_seen_as_stopped_until_it_goes_on()
    {
        using var events = new WorkerOfOne();
        ProcessWorker worker = await events.StartAsync();
        Assert.False(worker.IsStopped);
        Assert.Equal(0, Native.Kill(events.ProcessId, Signal.Stop));
        await UntilAsync(() => worker.IsStopped);
        Assert.Equal(0, Native.Kill(events.ProcessId, 18));
        await UntilAsync(() => !worker.IsStopped);
        worker.Kill();
        await events.Died;
    }

    [Fact]
    public void Resident_memory_counts_what_is_private_and_not_what_is_shared()
    {
        (long Before, long Private, long Shared) = _pool.Run(static () =>
        {
            int self = Environment.ProcessId;
            long before = Multiprocessing.Platform.Linux.ProcessFiles.MemoryOf(self).Own;
            byte[] own = GC.AllocateUninitializedArray<byte>(64 << 20);
            own.AsSpan().Fill(1);
            long filled = Multiprocessing.Platform.Linux.ProcessFiles.MemoryOf(self).Own;
            using var shared = new SharedArray<byte>(128 << 20);
            shared.Span.Fill(1);
            long withShared = Multiprocessing.Platform.Linux.ProcessFiles.MemoryOf(self).Own;
            GC.KeepAlive(own);
            return (before, filled - before, withShared - filled);
        });
        Assert.InRange(Before, 1 << 20, 200 << 20);
        Assert.InRange(Private, 60 << 20, 100 << 20);
        Assert.InRange(Shared, -(32 << 20), 32 << 20);
    }

    [Fact]
    public void A_worker_offers_itself_to_the_out_of_memory_killer_before_its_parent()
    {
        int own = int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture);
        int worker = _pool.Run(static () => int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture));
        Assert.Equal(Math.Min(1000, own + 300), worker);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            await Task.Delay(1);
        }
    }

    /// <summary>A worker process without a pool.</summary>
    private sealed class WorkerOfOne : IWorkerEvents, IDisposable
    {
        private readonly ProcessWorkerFactory _factory = new(new ProcessPoolOptions());
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<WorkerExit> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<WorkerExit> Died => _died.Task;

        public int ProcessId { get; private set; }

        public async Task<ProcessWorker> StartAsync()
        {
            var worker = (ProcessWorker)_factory.Start(1, 0, this);
            await _ready.Task;
            ProcessId = worker.ProcessId;
            return worker;
        }

        public void Connected(IWorker worker)
        {
        }

        public void Ready(IWorker worker) => _ready.SetResult();

        public void InitializerFailed(IWorker worker, Exception exception) => _ready.SetException(exception);

        public void Finished(IWorker worker, ReadOnlySpan<PoolTask> tasks)
        {
        }

        public void HasRoom(IWorker worker)
        {
        }

        void IWorkerEvents.Died(IWorker worker, WorkerExit exit, PoolTask? running) => _died.SetResult(exit);

        public void Dispose() => _factory.Dispose();
    }
}
