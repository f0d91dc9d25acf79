using System.Diagnostics;
using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// What a trace of the caller shows of a call, map or stream; made only if somebody listens. The caller's own activity stays the current one: what it
/// does while it waits is not part of this.
/// </summary>
internal sealed class CallActivity
{
    private readonly Activity? _activity;

    private CallActivity(Activity? activity)
    {
        _activity = activity;
        Trace = TraceContext.Of(activity ?? Activity.Current);
    }

    /// <summary>What the worker is to know; null: nothing.</summary>
    internal TraceContext? Trace { get; }

    /// <summary>Null: nobody listens.</summary>
    internal static CallActivity? Begin(string name, Delegate function, string pool) =>
        Observers.MayBePresent && Telemetry.Source.HasListeners() ? Start(name, function, pool) : null;

    /// <summary>At the end. Runs code of listeners.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="isError">Whether that is a failure.</param>
    /// <param name="duration">What it took; null: until now.</param>
    internal void End(string outcome, bool isError, TimeSpan? duration = null)
    {
        if (_activity is not { } activity)
        {
            return;
        }
        activity.SetTag(Telemetry.OutcomeTag, outcome);
        if (isError)
        {
            activity.SetStatus(ActivityStatusCode.Error, outcome);
        }
        if (duration is { } known)
        {
            activity.SetEndTime(activity.StartTimeUtc + known);
        }
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }

    private static CallActivity Start(string name, Delegate function, string pool)
    {
        var current = Activity.Current;
        var activity = Telemetry.Source.StartActivity(name, ActivityKind.Client);
        if (activity is not null)
        {
            activity.DisplayName = MethodDescription.Of(function);
            activity.SetTag(Telemetry.PoolTag, pool);
            Activity.Current = current;
        }
        return new CallActivity(activity);
    }
}
