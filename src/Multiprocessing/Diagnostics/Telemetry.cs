using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Multiprocessing.Diagnostics;

/// <summary>
/// The meter and the source of activities, both named "Multiprocessing"; docs/architecture.md ("Metrics and traces") lists what there is. Not to be
/// touched unless <see cref="Observers.MayBePresent"/>.
/// </summary>
internal static class Telemetry
{
    internal const string PoolTag = "multiprocessing.pool.name";
    internal const string OutcomeTag = "multiprocessing.outcome";
    private const string StateTag = "multiprocessing.state";
    private const string ReasonTag = "multiprocessing.reason";
    private const string Name = "Multiprocessing";
    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = CreateMeter();
    private static long LostMeasurements;

    /// <summary>How many durations no listener was told.</summary>
    internal static ref long DroppedMeasurements => ref LostMeasurements;

    internal static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>From the submission of a task until a worker begins with it.</summary>
    internal static Histogram<double> QueueTime { get; } = Meter.CreateHistogram<double>(
        "multiprocessing.pool.task.queue_time", "s", "From the submission of a call or batch until a worker begins with it.");

    /// <summary>From there until its end.</summary>
    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>(
        "multiprocessing.pool.task.duration", "s", "From the beginning of a call until its end; of a batch the mean of its items.");

    internal static bool WantsTimes => Duration.Enabled || QueueTime.Enabled;

    private static Meter CreateMeter()
    {
        var meter = new Meter(Name, Version);
        meter.CreateObservableUpDownCounter<long>(
            "multiprocessing.pool.workers", () => Observe(static pool => pool.Workers, StateTag), "{worker}", "Workers that there are, by state.");
        meter.CreateObservableUpDownCounter<long>(
            "multiprocessing.pool.tasks", () => Observe(static pool => pool.Tasks, StateTag), "{task}", "Calls and items that have not ended, by state.");
        meter.CreateObservableCounter<long>(
            "multiprocessing.pool.tasks.ended", () => Observe(static pool => pool.Ended, OutcomeTag), "{task}", "Calls and items that have ended, by outcome.");
        meter.CreateObservableCounter<long>(
            "multiprocessing.pool.tasks.retried", () => Observe(static pool => pool.Retried), "{task}", "How often a call or item was tried again.");
        meter.CreateObservableCounter<long>(
            "multiprocessing.pool.workers.died", () => Observe(static pool => pool.Deaths, ReasonTag), "{worker}", "Workers that died or were killed, by reason.");
        meter.CreateObservableCounter<long>(
            "multiprocessing.pool.workers.recycled", () => Observe(static pool => pool.Recycled), "{worker}", "Workers that were replaced without having died.");
        meter.CreateObservableCounter<long>(
            "multiprocessing.measurements.dropped",
            static () => Interlocked.Read(ref LostMeasurements),
            "{measurement}",
            "Durations that were not recorded, because the listener was too slow for them.");
        return meter;
    }

    private static IEnumerable<Measurement<long>> Observe(Func<PoolCounts, long> what)
    {
        foreach (var (name, counts) in CountedPools.Read())
        {
            yield return new Measurement<long>(what(counts), new KeyValuePair<string, object?>(PoolTag, name));
        }
    }

    private static IEnumerable<Measurement<long>> Observe(Func<PoolCounts, Dictionary<string, long>> what, string tag)
    {
        foreach (var (name, counts) in CountedPools.Read())
        {
            foreach (var (value, count) in what(counts))
            {
                yield return new Measurement<long>(
                    count, new KeyValuePair<string, object?>(PoolTag, name), new KeyValuePair<string, object?>(tag, value));
            }
        }
    }
}
