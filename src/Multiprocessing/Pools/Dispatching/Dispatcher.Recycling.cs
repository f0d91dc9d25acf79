using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>
/// Workers that are replaced without having died. Their successors are spares: how many are wanted follows from the state each time
/// (<see cref="StartWorkers"/>), so nothing can be counted wrong. A worker at its limit of tasks is given no more (a hard limit); one that
/// is only due goes on until a successor is ready.
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>Until a start has been measured.</summary>
    private long _startDuration = Stopwatch.Frequency / 10;

    private long _recycledWorkers;

    /// <summary>How many workers that are due are replaced at a time: all at once would double the processes.</summary>
    private int SoftReplacements => 1 + (_workers / 8);

    private void OnReady(WorkerSlot slot)
    {
        if (_settings.Recycles)
        {
            var now = _clock.Now;
            _startDuration = ((_startDuration * 3) + (now - slot.StartedAt)) / 4;
            slot.AgeDue = After(now, _settings.AgeLimit);
            Wake(slot.AgeDue);
        }
        if (slot.TaskLimit != long.MaxValue)
        {
            slot.SuccessorAt = slot.TaskLimit - Math.Max(1, slot.TaskLimit / 4);
            if (slot.SuccessorAt == 0 && !slot.IsSpare)
            {
                OnNearEnd(slot);
            }
        }
        LookForIdleLater();
    }

    /// <summary>A worker has finished a task and will not finish many more.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="itemsPerTask">How many items its last task had, which its duration was measured of.</param>
    private void OnNearEnd(WorkerSlot slot, int itemsPerTask = 1)
    {
        if (slot.Finished >= slot.SuccessorAt && !slot.IsNearLimit)
        {
            // Started so early that it is ready in time, and not earlier.
            var left = slot.TaskLimit - slot.Finished;
            var needed = slot.Depth.Duration == 0 ? left : Math.Max(1, 2 * _startDuration / slot.Depth.Duration * itemsPerTask);
            slot.IsNearLimit = left <= needed || left <= 1;
            slot.SuccessorAt = slot.IsNearLimit ? long.MaxValue : slot.TaskLimit - needed;
            StartWorkers();
        }
        if (slot is { IsDue: true, IsRetiring: false, State: WorkerState.Ready })
        {
            if (HasSuccessor())
            {
                Dismiss(slot);
                RefillAll();
            }
            else
            {
                StartWorkers();
            }
        }
    }

    private int CountSuccessorsWanted()
    {
        if (!_settings.Recycles || (_state == PoolState.Completing && Pending == _sentCount))
        {
            return 0;
        }
        var hard = 0;
        var soft = 0;
        foreach (var slot in _slots)
        {
            if (slot.IsLive && !slot.IsSpare)
            {
                hard += slot.IsNearLimit ? 1 : 0;
                soft += IsWorthReplacing(slot) && !slot.IsNearLimit ? 1 : 0;
            }
        }
        return hard + Math.Min(soft, SoftReplacements);
    }

    /// <summary>Idle workers that are due go as soon as there are successors; busy ones when they have finished a task.</summary>
    private void ReplaceDue()
    {
        if (!_settings.Recycles || _state != PoolState.Running)
        {
            return;
        }
        for (var i = _idle.Count - 1; i >= 0; i--)
        {
            if (IsWorthReplacing(_idle[i]) && HasSuccessor())
            {
                Dismiss(_idle[i]);
                i = _idle.Count; // The list has changed.
            }
        }
    }

    /// <summary>A worker that is too old and has done nothing is as good as a new one.</summary>
    private static bool IsWorthReplacing(WorkerSlot slot) => slot is { IsDue: true, Finished: > 0 };

    /// <summary>The worker gets no more, and ends when it has finished what it runs. The queue may have tasks for others afterwards.</summary>
    private void Dismiss(WorkerSlot slot)
    {
        slot.IsRetiring = true;
        Evict(slot);
        TakeBack(slot, keep: 0);
        WatchFirst(slot);
        if (slot.HasServed)
        {
            Retire(slot);
        }
    }

    /// <summary>A worker that has finished all that it was given, and gets no more, makes room for its successor.</summary>
    private void Retire(WorkerSlot slot)
    {
        var isReplaced = slot.IsDue || slot.Finished >= slot.TaskLimit;
        _recycledWorkers += isReplaced ? 1 : 0;
        WindDown(slot);
        if (isReplaced && _state == PoolState.Running && CountLive(spares: false) < _workers)
        {
            // Also when nothing waits: whoever comes next should find a worker.
            TryPromoteSpare();
        }
        StartWorkers();
    }

    /// <summary>Whether a spare is ready that no other worker, which is finishing its last task, will be replaced by.</summary>
    private bool HasSuccessor()
    {
        var count = 0;
        foreach (var slot in _slots)
        {
            count += slot is { State: WorkerState.Ready, IsSpare: true } ? 1 : 0;
            count -= slot is { State: WorkerState.Ready, IsRetiring: true, IsDue: true } ? 1 : 0;
        }
        return count > 0;
    }
}
