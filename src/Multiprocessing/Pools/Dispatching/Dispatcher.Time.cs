using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>Everything that happens because time has passed. There is one alarm; it looks at everything.</content>
internal sealed partial class Dispatcher
{
    private long _alarm = long.MaxValue;

    private static long After(long now, long ticks) => ticks < 0 ? long.MaxValue : now + ticks;

    private void Wake(long due)
    {
        if (due < _alarm)
        {
            _alarm = due;
            _clock.Schedule(due);
        }
    }

    /// <summary>The first task of a worker has changed: its time limit counts from its real start, or from later than now.</summary>
    private void WatchFirst(WorkerSlot slot)
    {
        slot.TaskDue = long.MaxValue;
        if (slot.Sent.Count > 0 && slot.Sent[0] is { TimeoutTicks: >= 0, State: TaskState.Sent } task)
        {
            var since = slot.Worker.RunningSince(task);
            slot.TaskDue = (since == 0 ? _clock.Now : since) + task.TimeoutTicks;
            Wake(slot.TaskDue);
        }
    }

    private void OnAlarm()
    {
        lock (_gate)
        {
            _alarm = long.MaxValue;
            var now = _clock.Now;
            for (var i = _slots.Count - 1; i >= 0; i--)
            {
                CheckSlot(_slots[i], now);
            }
            ReadyDelayed(now);
            if (_memoryLook <= now)
            {
                LookAtMemory();
            }
            if (_stallLook <= now)
            {
                LookForStalled();
            }
            if (_stickyLook <= now)
            {
                LookForWaiting(now);
            }
            if (_idleLook <= now)
            {
                LookForIdle(now);
            }
            if (_sparesDue <= now)
            {
                _sparesDue = long.MaxValue;
                _sparesAreDue = true;
            }
            StartWorkers();
            ReplaceDue();
            foreach (var slot in _slots)
            {
                Wake(Math.Min(Math.Min(slot.TaskDue, slot.KillDue), Math.Min(slot.StartDue, slot.AgeDue)));
            }
            Wake(Math.Min(Math.Min(_stallLook, _idleLook), Math.Min(_memoryLook, NextRetry())));
            Wake(Math.Min(_sparesDue, _stickyLook));
            AfterConclusion();
            AssertInvariants();
        }
        PublishConcluded();
    }

    private void CheckSlot(WorkerSlot slot, long now)
    {
        if (slot.StartDue <= now)
        {
            OnStartTimeout(slot);
        }
        else if (slot.KillDue <= now)
        {
            if (slot.Stopping is { } task)
            {
                Kill(slot, task);
            }
            else
            {
                KillWorker(slot);
            }
        }
        else if (slot.TaskDue <= now)
        {
            CheckFirst(slot, slot.Sent[0], now);
        }
        if (slot.AgeDue <= now)
        {
            slot.AgeDue = long.MaxValue;
            slot.IsDue = slot.State == WorkerState.Ready;
        }
    }

    private void CheckFirst(WorkerSlot slot, PoolTask task, long now)
    {
        var since = slot.Worker.RunningSince(task);
        slot.TaskDue = (since == 0 ? now : since) + task.TimeoutTicks;
        if (slot.TaskDue <= now && since != 0)
        {
            slot.TaskDue = long.MaxValue;
            Stop(slot, task, StopReason.TimedOut);
        }
        else if (since == 0)
        {
            // It starts later than now. A limit of zero must not become a busy loop.
            slot.TaskDue = now + Math.Max(task.TimeoutTicks, Stopwatch.Frequency / 1000);
        }
    }

    private void OnStartTimeout(WorkerSlot slot)
    {
        if (slot.InitializerRuns)
        {
            var cause = new TimeoutException("The initializer took longer than its time limit.");
            Break(new PoolBrokenException($"The initializer of the pool failed: {cause.Message}", cause));
        }
        else
        {
            KillWorker(slot);
            CountFailure("it did not connect in time.");
        }
    }
}
