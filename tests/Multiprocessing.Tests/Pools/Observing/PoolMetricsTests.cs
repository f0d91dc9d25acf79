using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Observing;

/// <summary>What a listener to the meter "Multiprocessing" is told.</summary>
public sealed class PoolMetricsTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);
    private readonly string _name = $"metrics-{Guid.NewGuid()}";
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ConcurrentQueue<(string Name, string? Outcome, double Seconds)> _times = new();

    public PoolMetricsTests()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Multiprocessing")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (Tag(tags, "multiprocessing.pool.name") == _name)
            {
                _counts[instrument.Name["multiprocessing.pool.".Length..] + " " + (tags.Length > 1 ? tags[1].Value : "")] = count;
            }
        });
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            if (Tag(tags, "multiprocessing.pool.name") == _name)
            {
                _times.Enqueue((instrument.Name["multiprocessing.pool.".Length..], Tag(tags, "multiprocessing.outcome"), seconds));
            }
        });
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task Calls_and_items_are_counted_by_their_outcome_also_when_their_pool_has_ended(PoolBackend backend)
    {
        for (var round = 1; round <= 2; round++)
        {
            await using (var pool = Create(backend))
            {
                Assert.Equal(2, pool.Run(PoolWork.Double, 1));
                await pool.MapAsync(PoolWork.Double, Enumerable.Range(0, 3000)).WaitAsync(Soon);
                await Assert.ThrowsAsync<FormatException>(() => pool.MapAsync(
                    static x => x % 10 == 3 ? throw new FormatException() : $"{x}", Enumerable.Range(0, 100)).WaitAsync(Soon));
                await Assert.ThrowsAsync<FormatException>(() => pool.RunAsync(static () => throw new FormatException()).WaitAsync(Soon));
                await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.RunAsync(
                    PoolWork.Spin, 2_000_000, new RunOptions { Timeout = TimeSpan.FromMilliseconds(20) }).WaitAsync(Soon));
                using var stop = new CancellationTokenSource();
                var canceled = pool.RunAsync(PoolWork.Spin, 2_000_000, stop.Token);
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.WaitAsync(Soon));
            }
            _listener.RecordObservableInstruments();
            Assert.Equal(round * 3091, _counts["tasks.ended succeeded"]);
            Assert.Equal(round * 11, _counts["tasks.ended failed"]);
            Assert.Equal(round, _counts["tasks.ended timed_out"]);
            Assert.Equal(round, _counts["tasks.ended canceled"]);
            Assert.Equal(0, _counts["tasks.ended worker_died"]);
            Assert.Equal((0, 0, 0, 0), (_counts["tasks queued"], _counts["tasks sent"], _counts["workers busy"], _counts["workers idle"]));
        }
    }

    [Fact]
    public async Task Deaths_are_counted_by_their_reason_and_so_are_recycled_workers_and_retries()
    {
        var once = new RunOptions { Retry = new RetryPolicy { MaxRetries = 1, InitialDelay = TimeSpan.Zero } };
        await using var pool = Create(PoolBackend.Processes, options => options.RecycleAfterTasks = 10);
        foreach (var way in new[] { nameof(PoolDeathTests.Deaths.Kill), nameof(PoolDeathTests.Deaths.ExitZero), nameof(PoolDeathTests.Deaths.Kill) })
        {
            await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(PoolDeathTests.Deaths.Die, way).WaitAsync(Soon));
        }
        await Assert.ThrowsAsync<WorkerDiedException>(
            () => pool.RunAsync(PoolDeathTests.Deaths.Die, nameof(PoolDeathTests.Deaths.Kill), once).WaitAsync(Soon));
        await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.RunAsync(
            PoolWork.Spin, 2_000_000, new RunOptions { Timeout = TimeSpan.FromMilliseconds(20) }).WaitAsync(Soon));
        await pool.MapAsync(PoolWork.Double, Enumerable.Range(0, 100)).WaitAsync(Soon);
        pool.Complete();
        await pool.Completion.WaitAsync(Soon);
        _listener.RecordObservableInstruments();
        Assert.Equal((4, 1, 1), (_counts["workers.died SIGKILL"], _counts["workers.died exit"], _counts["workers.died task_stopped"]));
        Assert.Equal((4, 1), (_counts["tasks.ended worker_died"], _counts["tasks.retried "]));
        Assert.InRange(_counts["workers.recycled "], 8, 10);
    }

    [Fact]
    public async Task States_tell_what_there_is_now()
    {
        await using var pool = Create(PoolBackend.Processes, static options => options.Workers = 1);
        using var stop = new CancellationTokenSource();
        var file = Path.GetTempFileName();
        File.Delete(file);
        var calls = Enumerable.Range(0, 3).Select(_ => pool.RunAsync(PoolWork.WaitForToken, file, stop.Token)).ToArray();
        await PoolWork.WaitForFileAsync(file);
        _listener.RecordObservableInstruments();
        Assert.Equal((1, 0, 3), (_counts["workers busy"], _counts["workers idle"], _counts["tasks queued"] + _counts["tasks sent"]));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls).WaitAsync(Soon));
        Assert.Equal(2, pool.Run(PoolWork.Double, 1));
        _listener.RecordObservableInstruments();
        Assert.Equal((0, 1, 0), (_counts["workers busy"], _counts["workers idle"], _counts["tasks queued"] + _counts["tasks sent"]));
        File.Delete(file);
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task Times_are_those_of_waiting_and_of_running(PoolBackend backend)
    {
        TimeSpan between;
        await using (var pool = Create(backend, static options => options.Workers = 1))
        {
            pool.Run(PoolWork.Double, 1);
            var begin = Stopwatch.GetTimestamp();
            Task[] calls = [pool.RunAsync(PoolWork.Spin, 200_000), pool.RunAsync(PoolWork.Spin, 1000)];
            between = Stopwatch.GetElapsedTime(begin);
            await Task.WhenAll(calls).WaitAsync(Soon);
            await Assert.ThrowsAsync<FormatException>(() => pool.RunAsync(static () => throw new FormatException()).WaitAsync(Soon));
        }
        var running = _times.Where(static time => time.Name == "task.duration").ToArray();
        var waiting = _times.Where(static time => time.Name == "task.queue_time").ToArray();
        Assert.Equal(["succeeded", "succeeded", "succeeded", "failed"], running.Select(static time => time.Outcome));
        Assert.Equal(4, waiting.Length);
        Assert.InRange(running[1].Seconds, 0.19, 20);
        Assert.InRange(waiting[2].Seconds, 0.19 - between.TotalSeconds, 20); // The first may have begun before the second was called.
        Assert.InRange(running[2].Seconds, 0, waiting[2].Seconds + 10);
        Assert.All(_times, static time => Assert.InRange(time.Seconds, 0, 40));
    }

    [Fact]
    public async Task Items_of_maps_have_times_too_and_a_listener_that_throws_harms_nobody()
    {
        await using (var pool = Create(PoolBackend.Processes))
        {
            await pool.MapAsync(PoolWork.Double, Enumerable.Range(0, 10_000)).WaitAsync(Soon);
        }
        Assert.InRange(_times.Count(static time => time.Name == "task.duration"), 4, 10_000);
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new FormatException());
        await using (var pool = Create(PoolBackend.Processes))
        {
            Assert.Equal(2, pool.Run(PoolWork.Double, 1));
            Assert.Equal(6, (await pool.MapAsync(PoolWork.Double, Enumerable.Range(0, 3)).WaitAsync(Soon)).Sum());
        }
    }

    [Fact]
    public void Nothing_is_noted_of_a_task_if_nobody_listens()
    {
        Assert.NotNull(TaskObservation.OfCall(PoolWork.Double, _name));
        Assert.NotNull(TaskObservation.OfItems(_name));
        _listener.Dispose();
        Assert.Null(TaskObservation.OfCall(PoolWork.Double, _name));
        Assert.Null(TaskObservation.OfItems(_name));
        Assert.Null(CallActivity.Begin("Test", PoolWork.Double, _name));
    }

    private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
            {
                return (string?)value;
            }
        }
        return null;
    }

    private ProcessPool Create(PoolBackend backend, Action<ProcessPoolOptions>? configure = null)
    {
        var options = new ProcessPoolOptions { Workers = 2, Backend = backend, Name = _name };
        configure?.Invoke(options);
        return new ProcessPool(options);
    }
}
