using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>What observers see. The counts are kept in any case; only times are taken for them alone.</content>
internal sealed partial class Dispatcher : ICountedPool
{
    /// <summary>As many durations may wait for their listener, who is too slow then.</summary>
    private const int MostObservations = 10_000;

    private static readonly string[] WorkerStates = ["starting", "spare", "idle", "busy", "stopped", "ending"];
    private readonly ReportPump _observations = new();
    private readonly TaskEnds _ends = new();
    private readonly Dictionary<string, long> _deaths = [];

    public string Name => _settings.Name;

    public PoolCounts Count()
    {
        var counts = new PoolCounts();
        Array.ForEach(WorkerStates, state => counts.Workers.Add(state, 0));
        lock (_gate)
        {
            foreach (var slot in _slots)
            {
                counts.Workers[StateOf(slot)]++;
            }
            counts.Tasks.Add("queued", _queuedItems + _waitingCount + _delayed.Sum(static task => task.ItemCount));
            counts.Tasks.Add("sent", _sentItems);
            _ends.AddTo(counts.Ended);
            foreach (var (reason, count) in _deaths)
            {
                counts.Deaths.Add(reason, count);
            }
            counts.Retried = _retriedTasks;
            counts.Recycled = _recycledWorkers;
        }
        return counts;
    }

    /// <summary>A task has ended whose times somebody wants to know.</summary>
    internal void Tell(TaskObservation observation)
    {
        if (!_observations.TryAdd(observation, observation.IsOptional ? MostObservations : int.MaxValue))
        {
            Interlocked.Increment(ref Telemetry.DroppedMeasurements);
        }
    }

    private static string StateOf(WorkerSlot slot) => slot.State switch
    {
        WorkerState.Starting => "starting",
        WorkerState.Ready when slot.IsSpare => "spare",
        WorkerState.Ready when slot.IsStopped => "stopped",
        WorkerState.Ready => slot.Sent.Count == 0 ? "idle" : "busy",
        _ => "ending",
    };

    private void CountDeath(WorkerSlot slot, WorkerExit exit, PoolTask? running)
    {
        var reason = !IsActive ? "pool_ended"
            : exit.Reason.StartsWith("out of memory", StringComparison.Ordinal) ? "out_of_memory"
            : slot.IsDeathCounted || running is { IsStopped: true } ? "task_stopped"
            : exit.SignalName ?? (exit.ExitCode is null ? "unknown" : "exit");
        PoolCounts.Add(_deaths, reason, 1);
    }
}
