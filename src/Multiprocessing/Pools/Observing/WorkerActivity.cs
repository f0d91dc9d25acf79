using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// A task as a trace sees it in its worker: <see cref="Activity.Current"/> of what the task does, a child of the caller's activity. There whether or
/// not anybody listens in the worker's process, so that what the task calls elsewhere belongs to the trace too.
/// </summary>
internal sealed class WorkerActivity
{
    private const string Name = "Multiprocessing.Task";
    private readonly Activity _activity;

    private WorkerActivity(Activity activity) => _activity = activity;

    /// <summary>Null: the caller is not being traced.</summary>
    internal static WorkerActivity? Begin(TraceContext? trace, PoolWorker worker) => trace is null ? null : Start(trace, worker);

    internal void Fail(Exception exception) => _activity.SetStatus(ActivityStatusCode.Error, exception.Message);

    /// <summary>Never throws.</summary>
    internal void End()
    {
        try
        {
            _activity.Stop();
        }
        catch (Exception exception)
        {
            // A listener in the worker may throw anything; the task has ended.
            MultiprocessingLog.ListenerFailed(exception);
        }
    }

    private static WorkerActivity? Start(TraceContext trace, PoolWorker worker)
    {
        if (!ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var context))
        {
            return null;
        }
        var activity = Telemetry.Source.StartActivity(Name, ActivityKind.Server, context);
        if (activity is null)
        {
            activity = new Activity(Name).SetParentId(context.TraceId, context.SpanId, context.TraceFlags);
            activity.TraceStateString = trace.State;
            activity.Start();
        }
        activity.SetTag("multiprocessing.worker.id", worker.WorkerId);
        activity.SetTag("multiprocessing.task.id", worker.TaskId.ToString(CultureInfo.InvariantCulture));
        activity.SetTag("multiprocessing.task.attempt", worker.Attempt);
        return new WorkerActivity(activity);
    }
}
