using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>From the queue to the workers and, if they were the wrong ones, back.</content>
internal sealed partial class Dispatcher
{
    /// <summary>Gives a task to an idle worker or, in advance, to a busy one that has room.</summary>
    private bool TryPlace(PoolTask task)
    {
        if (!task.IsBatch && AwakeSuffice())
        {
            return TryPlaceAwake(task);
        }
        while (_idle.Count > 0)
        {
            var slot = _idle[^1];
            LeaveIdle(slot);
            if (TrySend(slot, task))
            {
                return true;
            }
        }

        // Round robin, so that the search is short and no worker is preferred.
        for (var i = 0; i < _slots.Count; i++)
        {
            _cursor = _cursor + 1 < _slots.Count ? _cursor + 1 : 0;
            var slot = _slots[_cursor];
            if (slot.HasRoom && TrySend(slot, task))
            {
                return true;
            }
        }
        return false;
    }

    private bool TrySend(WorkerSlot slot, PoolTask task)
    {
        if (task.ItemCount > slot.ItemsLeft)
        {
            PutBack(Split(task, (int)slot.ItemsLeft));
        }
        var sendingAt = task.Observation is null ? 0 : Stopwatch.GetTimestamp(); // Taken before: the worker may begin before we go on.
        if (!slot.Worker.TrySend(task))
        {
            slot.IsBlocked = true;
            return false;
        }
        task.State = TaskState.Sent;
        task.Observation?.OnSent(sendingAt);
        task.Slot = slot;
        slot.Sent.PushBack(task);
        _sentCount++;
        _sentItems += task.ItemCount;
        slot.SentItems += task.ItemCount;
        if (task.Home is { } home)
        {
            home.Sent++;
        }
        if (slot.Sent.Count == 1)
        {
            slot.IsStalled |= task.Attempt > 1;
            WatchFirst(slot);
            LookForStalledLater(StartLook);
            LookAtMemoryLater();
        }
        else if (slot.Sent.Count == 2)
        {
            slot.Depth.Resume();
            LookForStalledLater(StallLimit);
        }
        if (task.ItemCount > 1)
        {
            LookForStalledLater();
        }
        return true;
    }

    /// <summary>Gives a worker from the queue what it has room for; if there is nothing to give, it is idle.</summary>
    private void Refill(WorkerSlot slot)
    {
        while (slot.HasRoom && NextFor(slot) is { } task)
        {
            if (_usesPriorities)
            {
                // It must not stand behind what is less urgent: something may have come back since that was given out.
                TakeBackLower(slot, task.Priority);
            }
            if (!TrySend(slot, task))
            {
                PutBack(task);
                return;
            }
        }
        Settle(slot);
    }

    /// <summary>A worker has been given what there was: if it has nothing, it is idle, or ends.</summary>
    private void Settle(WorkerSlot slot)
    {
        if (slot.HasServed)
        {
            Retire(slot);
        }
        else if (slot.Sent.Count == 0 && slot.CanWork && !slot.IsBlocked)
        {
            slot.Depth.Interrupt();
            if (!slot.IsIdle)
            {
                slot.IsIdle = true;
                _idle.Add(slot);
                TakeOver(slot);
            }
        }
    }

    /// <summary>The oldest task of the queue that was not cancelled.</summary>
    private PoolTask? TryDequeue()
    {
        while (_queue.Count > 0)
        {
            var task = _queue.PopFront();
            if (task.State == TaskState.Queued)
            {
                _queuedItems -= task.ItemCount;
                return task;
            }
            _canceledInQueue--;
        }
        return null;
    }

    /// <summary>A worker is idle and the queue is empty: takes back half of what the busiest worker has not started.</summary>
    private void TakeOver(WorkerSlot idle)
    {
        WorkerSlot? busiest = null;
        if (_sentCount > 1 && (!AwakeSuffice() || _awake.Contains(idle)))
        {
            foreach (var slot in _slots)
            {
                if (slot.CanWork && slot.Sent.Count > Math.Max(1, busiest?.Sent.Count ?? 0) && IsWorthMoving(slot))
                {
                    busiest = slot;
                }
            }
        }
        if (busiest is not null)
        {
            TakeBack(busiest, Math.Max(1, busiest.Sent.Count / 2));
            WakeForHeld();
        }
        if (_idle.Count > 0)
        {
            ShareBatch(isStalled: false);
        }
    }

    /// <summary>What is nearly done stays: moving it would cost more than it takes.</summary>
    private static bool IsWorthMoving(WorkerSlot slot) =>
        slot.Depth.Duration == 0 || slot.Sent[slot.Sent.Count - 1].ItemCount > 1 || slot.Depth.Value <= PrefetchDepth.Least || (slot.Sent.Count - 1) * slot.Depth.Duration > PrefetchDepth.WorthMoving;

    /// <summary>Takes back tasks that have not started, the last ones first, and puts them back into the queue.</summary>
    private void TakeBack(WorkerSlot slot, int keep)
    {
        while (slot.Sent.Count > keep && slot.Worker.TryRevoke(slot.Sent[slot.Sent.Count - 1]))
        {
            Requeue(slot, slot.Sent.PopBack());
            slot.IsBlocked = false;
        }
    }

    private void Requeue(WorkerSlot slot, PoolTask task)
    {
        CountUnsent(slot, task);
        PutBack(task);
    }

    /// <summary>Before all younger ones in the queue, unless nobody wants it any more.</summary>
    private void PutBack(PoolTask task)
    {
        if (task.StopReason == StopReason.Canceled)
        {
            ConcludeLater(task, TaskOutcome.Canceled);
            return;
        }
        if (task.ItemCount == 0)
        {
            ConcludeLater(task, TaskOutcome.Responded); // Its items were taken back before the worker began: there is nothing left to run.
            return;
        }
        if (task.Home is not null)
        {
            PutBackSticky(task);
            return;
        }
        task.Slot = null;
        task.State = TaskState.Queued;
        if (task.Attempt == 1)
        {
            _queue.PutBack(task);
        }
        else
        {
            _again.PushFront(task);
        }
        _queuedItems += task.ItemCount;
        _mustRebalance |= _usesPriorities;
    }

    private void CountUnsent(WorkerSlot slot, PoolTask task)
    {
        _sentCount--;
        _sentItems -= task.ItemCount;
        slot.SentItems -= task.ItemCount;
        if (task.Home is { } home)
        {
            home.Sent--;
        }
    }

    private void RefillIdle()
    {
        while (_idle.Count > 0 && QueuedCount > 0)
        {
            var slot = _idle[^1];
            LeaveIdle(slot);
            Refill(slot);
        }
    }

    /// <summary>Gives the queue's tasks to whoever has room: idle workers first, one each, then in advance.</summary>
    private void RefillAll()
    {
        if (_usesPriorities)
        {
            TakeBackLower();
        }
        PlaceHomeless();
        RefillIdle();
        for (var i = 0; i < _slots.Count && QueuedCount + _waitingCount > 0; i++)
        {
            if (_slots[i].HasRoom)
            {
                Refill(_slots[i]);
            }
        }
    }

    private void LeaveIdle(WorkerSlot slot)
    {
        if (slot.IsIdle)
        {
            slot.IsIdle = false;
            _idle.RemoveAt(_idle.LastIndexOf(slot)); // It is one of the last ones, as a rule.
        }
    }
}
