using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>
/// Where there are more workers than processors, a worker that is woken for a short task takes the processor from one that is awake, and that
/// costs more than the task. So as long as one worker for each processor finishes short tasks, one after the other, these workers get what
/// comes and the others sleep. What turns out to be long holds nobody up for longer than in a pool without idle workers
/// (Dispatcher.Stalling.cs).
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>To wake a worker takes about as long.</summary>
    private static readonly long ShortRun = Stopwatch.Frequency / 50_000;

    /// <summary>For how long a worker that has reported short tasks counts as awake: about a turn of the scheduler.</summary>
    private static readonly long AwakeTime = Stopwatch.Frequency / 1000;

    /// <summary>Workers that have reported short tasks, at most one for each processor; some may be asleep again.</summary>
    private readonly List<WorkerSlot> _awake = [];

    /// <summary>Whether no worker has to be woken for what comes.</summary>
    private bool AwakeSuffice()
    {
        if (_awake.Count == 0 || _awake.Count < _settings.Processors || _usesPriorities || _again.Count > 0 || _queuedItems > QueuedCount)
        {
            return false; // Or what waits is not for them: something urgent, tried again, or a batch.
        }
        var now = _clock.Now;
        foreach (var slot in _awake)
        {
            if (!IsAwake(slot, now))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsAwake(WorkerSlot slot, long now) =>
        slot is { CanWork: true, IsRetiring: false, IsStalled: false, ItemsLeft: > 0 } && now - slot.ReportedAt < AwakeTime;

    /// <summary>A worker has reported what it finished.</summary>
    private void NoteRun(WorkerSlot slot)
    {
        if (_workers <= _settings.Processors)
        {
            _awake.Clear();
            return;
        }
        var run = slot.Worker.LastRun;
        if (run <= 0 || run > ShortRun)
        {
            _awake.Remove(slot);
            return;
        }
        var now = _clock.Now;
        slot.ReportedAt = now;
        if (_awake.Contains(slot))
        {
            return;
        }
        if (_awake.Count < _settings.Processors)
        {
            _awake.Add(slot);
            return;
        }
        for (var i = 0; i < _awake.Count; i++)
        {
            if (!IsAwake(_awake[i], now))
            {
                _awake[i] = slot;
                return;
            }
        }
    }

    /// <summary>Gives a task to one of those that are awake. False: none of them has room.</summary>
    private bool TryPlaceAwake(PoolTask task)
    {
        if (LeastBusyAwake() is not { } slot)
        {
            return false;
        }
        LeaveIdle(slot);
        return TrySend(slot, task);
    }

    /// <summary>Of those that are awake and have room the one with the least to do.</summary>
    private WorkerSlot? LeastBusyAwake()
    {
        WorkerSlot? least = null;
        foreach (var slot in _awake)
        {
            if (slot.HasRoom && (least is null || slot.Sent.Count < least.Sent.Count))
            {
                least = slot;
            }
        }
        return least;
    }

    /// <summary>Whether a worker that has finished something gets nothing more of what all could do, because others are awake.</summary>
    private bool MaySleep(WorkerSlot slot) => slot.Waiting.Count == 0 && AwakeSuffice() && !_awake.Contains(slot);

    /// <summary>What waits goes to those that are awake; to whoever is idle if they have fallen asleep, or turned out to be busy.</summary>
    private void WakeForHeld()
    {
        if (_idle.Count == 0 || QueuedCount == 0)
        {
            return;
        }
        if (!AwakeSuffice())
        {
            RefillIdle();
            return;
        }
        while (QueuedCount > 0 && LeastBusyAwake() is { } slot)
        {
            LeaveIdle(slot);
            Refill(slot);
        }
    }
}
