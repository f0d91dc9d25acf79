using System.Collections.Concurrent;
using System.Diagnostics;

namespace Multiprocessing.Tests.Pools.Observing;

/// <summary>What a listener to the activities of "Multiprocessing" sees, and what code in a worker knows of the trace that it belongs to.</summary>
public sealed class PoolTracingTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly Activity _caller = new Activity("caller") { TraceStateString = "vendor=1" }.SetIdFormat(ActivityIdFormat.W3C).Start();
    private ActivityListener? _listener;

    public void Dispose()
    {
        _listener?.Dispose();
        _caller.Dispose();
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task A_call_is_part_of_its_callers_trace_and_so_is_what_it_does_in_the_worker(PoolBackend backend)
    {
        Listen();
        string seen;
        await using (var pool = Create(backend))
        {
            seen = await pool.RunAsync(static async () =>
            {
                await Task.Yield();
                return Describe();
            }).WaitAsync(Soon);
            Assert.Same(_caller, Activity.Current);
            Assert.Equal(seen[..33], pool.Run(Describe)[..33]);
            Assert.Same(_caller, Activity.Current);
        }
        var run = _stopped.First(static activity => activity.OperationName == "Multiprocessing.Run");
        Assert.Equal($"{_caller.TraceId} {run.SpanId} vendor=1", seen);
        Assert.Equal(_caller.SpanId, run.ParentSpanId);
        Assert.Equal((ActivityStatusCode.Unset, "succeeded", "traced"), (run.Status, run.GetTagItem("multiprocessing.outcome"), run.GetTagItem("multiprocessing.pool.name")));
        Assert.Contains("A_call_is_part", run.DisplayName, StringComparison.Ordinal);
        Assert.True(run.Duration > TimeSpan.Zero);
        Assert.Equal(2, _stopped.Count(static activity => activity.OperationName == "Multiprocessing.Run"));
        Assert.Equal(backend == PoolBackend.InProcess ? 2 : 0, _stopped.Count(static activity => activity.OperationName == "Multiprocessing.Task"));
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task Every_item_of_maps_and_streams_belongs_to_the_trace_whatever_it_travels_with(PoolBackend backend)
    {
        Listen();
        await using (var pool = Create(backend))
        {
            var offset = 0;
            var options = new MapOptions { Seed = 1 };
            var seen = await pool.MapAsync(static _ => Describe(), Enumerable.Range(0, 500), options).WaitAsync(Soon);
            var withState = await pool.MapAsync(x => Describe() + offset, Enumerable.Range(0, 100)).WaitAsync(Soon);
            var streamed = await pool.MapStreamAsync(static _ => Describe(), Enumerable.Range(0, 100)).ToArrayAsync();
            Assert.Same(_caller, Activity.Current);
            var spans = _stopped.Where(static activity => activity.OperationName is "Multiprocessing.Map" or "Multiprocessing.MapStream").ToArray();
            Assert.Equal(["Multiprocessing.Map", "Multiprocessing.Map", "Multiprocessing.MapStream"], spans.Select(static activity => activity.OperationName));
            Assert.All(spans, span => Assert.Equal(_caller.SpanId, span.ParentSpanId));
            Assert.Equal($"{_caller.TraceId} {spans[0].SpanId} vendor=1", Assert.Single(seen.Distinct()));
            Assert.Equal($"{_caller.TraceId} {spans[1].SpanId} vendor=10", Assert.Single(withState.Distinct()));
            Assert.Equal($"{_caller.TraceId} {spans[2].SpanId} vendor=1", Assert.Single(streamed.Distinct()));
        }
        Assert.Equal(backend == PoolBackend.InProcess ? 700 : 0, _stopped.Count(static activity => activity.OperationName == "Multiprocessing.Task"));
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task A_trace_shows_what_failed(PoolBackend backend)
    {
        Listen();
        await using (var pool = Create(backend))
        {
            await Assert.ThrowsAsync<FormatException>(() => pool.RunAsync(static () => throw new FormatException("text")).WaitAsync(Soon));
            await Assert.ThrowsAsync<FormatException>(() => pool.MapAsync(static int (int _) => throw new FormatException(), [1]).WaitAsync(Soon));
            pool.Complete();
            Assert.Throws<InvalidOperationException>(() => { _ = pool.RunAsync(PoolWork.Double, 1); });
        }
        Assert.Equal(
            [("Multiprocessing.Map", "failed"), ("Multiprocessing.Run", "failed"), ("Multiprocessing.Run", "refused")],
            _stopped.Where(static activity => activity.OperationName != "Multiprocessing.Task")
                .Select(static activity => (activity.OperationName, activity.StatusDescription)).Order());
        Assert.All(_stopped, static activity => Assert.Equal(ActivityStatusCode.Error, activity.Status));
    }

    [Fact]
    public async Task A_trace_that_is_not_recorded_here_goes_on_in_the_worker_and_without_a_listener_there_is_none()
    {
        await using var pool = Create(PoolBackend.Processes);
        Assert.Equal("none", pool.Run(Describe));
        Listen(ActivitySamplingResult.None);
        Assert.Equal($"{_caller.TraceId} {_caller.SpanId} vendor=1", pool.Run(Describe));
        Assert.Empty(_stopped);
        _listener!.Dispose();
        Assert.Equal("none", pool.Run(Describe));
    }

    private static string Describe() =>
        Activity.Current is { } activity ? $"{activity.TraceId} {activity.ParentSpanId} {activity.TraceStateString}" : "none";

    private static ProcessPool Create(PoolBackend backend) => new(new ProcessPoolOptions { Workers = 2, Backend = backend, Name = "traced" });

    private void Listen(ActivitySamplingResult sampling = ActivitySamplingResult.AllData)
    {
        Activity.Current = _caller;
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Multiprocessing",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }
}
