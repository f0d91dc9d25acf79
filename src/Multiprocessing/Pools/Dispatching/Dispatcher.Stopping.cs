namespace Multiprocessing.Pools;

/// <content>The ladder that stops a task: withdraw it, ask it, kill its worker.</content>
internal sealed partial class Dispatcher
{
    /// <summary>The caller's token was cancelled. On whatever thread that happens.</summary>
    internal void Cancel(PoolTask task)
    {
        lock (_gate)
        {
            switch (task.State)
            {
                case TaskState.New:
                    task.StopReason = StopReason.Canceled;
                    return;
                case TaskState.Queued when task.Home is not null:
                    RemoveWaiting(task);
                    ConcludeLater(task, TaskOutcome.Canceled);
                    break;
                case TaskState.Queued when task.Attempt == 1:
                    ConcludeLater(task, TaskOutcome.Canceled);
                    _canceledInQueue++;
                    _queuedItems -= task.ItemCount;
                    CompactQueue();
                    break;
                case TaskState.Queued:
                    _again.Remove(task);
                    _queuedItems -= task.ItemCount;
                    ConcludeLater(task, TaskOutcome.Canceled);
                    break;
                case TaskState.Delayed:
                    _delayed.Remove(task);
                    ConcludeLater(task, TaskOutcome.Canceled);
                    break;
                case TaskState.Sent when task.Slot is { } slot:
                    Stop(slot, task, StopReason.Canceled);
                    break;
                default:
                    // It has ended, or is being stopped already: the first reason counts.
                    task.IsGivenUp = true;
                    return;
            }
            AfterConclusion();
            AssertInvariants();
        }
        PublishConcluded();
    }

    private void Stop(WorkerSlot slot, PoolTask task, StopReason reason)
    {
        if (slot.Worker.TryRevoke(task))
        {
            RemoveSent(slot, task);
            ConcludeLater(task, reason == StopReason.Canceled ? TaskOutcome.Canceled : TaskOutcome.TimedOut);
            if (slot.CanWork)
            {
                Refill(slot);
            }
            return;
        }
        var runs = true;
        if (task.IsBatch && !TryIsolate(slot, task, reason, out runs))
        {
            return;
        }
        task.StopReason = reason;
        if (runs && (!task.TakesToken || _settings.GracePeriod == 0))
        {
            Kill(slot, task);
            return;
        }
        task.State = TaskState.Stopping;
        if (task.TakesToken)
        {
            slot.Worker.RequestCancellation(task);
        }
        if (slot.Stopping is { } other && slot.Sent.IndexOf(other) > slot.Sent.IndexOf(task))
        {
            return; // Of two that were started the later one runs: this one has ended, which will be reported in a moment.
        }
        slot.Stopping = task;
        slot.IsStalled = true;
        slot.KillDue = After(_clock.Now, _settings.GracePeriod);
        Wake(slot.KillDue);
    }

    /// <summary>
    /// Kills a worker because of one task, and of no other: what was sent after it is taken back before. If something of that cannot be
    /// taken back, it has started, so the task to be stopped has ended by itself, and its end will be reported in a moment. The task is over
    /// when the worker can run nothing any more, which is before the worker is gone (docs/architecture.md, "When a killed task is over").
    /// </summary>
    private void Kill(WorkerSlot slot, PoolTask task)
    {
        TakeBack(slot, slot.Sent.IndexOf(task) + 1);
        if (ReferenceEquals(slot.Stopping, task))
        {
            slot.Stopping = null;
            slot.KillDue = long.MaxValue;
        }
        if (ReferenceEquals(slot.Sent[slot.Sent.Count - 1], task))
        {
            if (task.IsBatch || !EndsByItsKill(task))
            {
                // Which items of a batch have ended is known for certain only when the worker is gone; a task that may be tried again, or that
                // is told what its worker died of, waits for that too.
                task.State = TaskState.Killed;
                KillWorker(slot);
            }
            else
            {
                RemoveSent(slot, task);
                KillWorker(slot);
                _workerDeaths++;
                slot.IsDeathCounted = true;
                ConcludeLater(task, task.StopReason == StopReason.Canceled ? TaskOutcome.Canceled : TaskOutcome.TimedOut);
            }
            StartWorkers();
        }
        RefillAll();
    }

    /// <summary>Whether nothing that the dead worker could tell would change how the task ends.</summary>
    private static bool EndsByItsKill(PoolTask task) =>
        task.StopReason == StopReason.Canceled || (task.StopReason == StopReason.TimedOut && !task.Retry.RetriesTimeouts);

    private void KillWorker(WorkerSlot slot)
    {
        slot.State = WorkerState.Dying;
        slot.TaskDue = slot.StartDue = slot.KillDue = long.MaxValue;
        slot.Stopping = null;
        Withdraw(slot);
        slot.Worker.Kill();
    }

    /// <summary>Drops cancelled tasks from the queue when most of it is such; they are skipped otherwise.</summary>
    private void CompactQueue()
    {
        if (_canceledInQueue < 64 || _canceledInQueue * 2 < _queue.Count)
        {
            return;
        }
        _queue.RemoveEnded();
        _canceledInQueue = 0;
    }
}
