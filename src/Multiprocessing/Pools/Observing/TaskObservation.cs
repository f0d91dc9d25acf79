using System.Diagnostics;
using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// The times of a task, and its activity; made only if somebody listens. Listeners are told on the thread pool, after the task's end: their code must
/// hold up nobody.
/// </summary>
internal sealed class TaskObservation : Report
{
    private readonly string _pool;
    private readonly CallActivity? _activity;
    private long _submittedAt = Stopwatch.GetTimestamp();
    private long _sentAt;
    private long _startedAt;
    private long _endedAt;
    private int _items;
    private TaskEnd _end;

    private TaskObservation(string pool, CallActivity? activity)
    {
        _pool = pool;
        _activity = activity;
    }

    internal TraceContext? Trace => _activity?.Trace;

    /// <summary>Whether the listener may be spared this one.</summary>
    internal bool IsOptional => _activity is null;

    /// <summary>Of a call; null: nobody listens.</summary>
    internal static TaskObservation? OfCall(Delegate function, string pool) => Observers.MayBePresent ? Look(function, pool) : null;

    /// <summary>Of items of a map or stream; null: nobody listens.</summary>
    internal static TaskObservation? OfItems(string pool) =>
        Observers.MayBePresent && Telemetry.WantsTimes ? new TaskObservation(pool, null) : null;

    /// <summary>Of items that are split off.</summary>
    internal TaskObservation Split() => new(_pool, null) { _submittedAt = _submittedAt, _sentAt = _sentAt };

    /// <summary>A worker was given it, maybe in advance.</summary>
    /// <param name="at">A time before which it cannot have begun.</param>
    internal void OnSent(long at) => _sentAt = at;

    /// <summary>Under the dispatcher's lock. A worker runs one task after the other, so this one began when the one before it ended.</summary>
    internal void OnEnded(PoolTask task, WorkerSlot? slot)
    {
        _endedAt = Stopwatch.GetTimestamp();
        _startedAt = Math.Max(_sentAt, slot?.LastEndAt ?? 0);
        _items = Math.Max(1, task.ItemCount);
        _end = task.UnsuccessfulItems == default ? task.End : TaskEnd.Failed;
        slot?.LastEndAt = _endedAt;
    }

    /// <summary>The pool has refused the task.</summary>
    internal void OnRefused() => _activity?.End("refused", isError: true);

    internal override void Deliver()
    {
        try
        {
            var outcome = TaskEnds.NameOf(_end);
            if (_sentAt != 0)
            {
                var pool = new KeyValuePair<string, object?>(Telemetry.PoolTag, _pool);
                Telemetry.QueueTime.Record(Stopwatch.GetElapsedTime(_submittedAt, _startedAt).TotalSeconds, pool);
                Telemetry.Duration.Record(
                    Stopwatch.GetElapsedTime(_startedAt, _endedAt).TotalSeconds / _items, pool, new KeyValuePair<string, object?>(Telemetry.OutcomeTag, outcome));
            }
            _activity?.End(outcome, TaskEnds.IsError(_end), Stopwatch.GetElapsedTime(_submittedAt, _endedAt));
        }
        catch (Exception exception)
        {
            // A listener may throw anything; that is no business of the task.
            MultiprocessingLog.ListenerFailed(exception);
        }
    }

    private static TaskObservation? Look(Delegate function, string pool) =>
        Telemetry.Source.HasListeners() || Telemetry.WantsTimes
            ? new TaskObservation(pool, CallActivity.Begin("Multiprocessing.Run", function, pool))
            : null;
}
