namespace Multiprocessing.Pools;

/// <content>What the back end reports.</content>
internal sealed partial class Dispatcher
{
    public void Connected(IWorker worker)
    {
        lock (_gate)
        {
            if (Find(worker) is { State: WorkerState.Starting } slot)
            {
                slot.InitializerRuns = true;
                slot.StartDue = After(_clock.Now, _settings.InitializerTimeout);
                Wake(slot.StartDue);
            }
        }
    }

    public void Ready(IWorker worker)
    {
        lock (_gate)
        {
            if (Find(worker) is not { State: WorkerState.Starting } slot)
            {
                return;
            }
            slot.State = WorkerState.Ready;
            slot.StartDue = long.MaxValue;
            OnReady(slot);
            if (!slot.IsSpare)
            {
                Refill(slot);
            }
            ReplaceDue();
            Rebalance();
            AssertInvariants();
        }
        PublishConcluded();
    }

    public void InitializerFailed(IWorker worker, Exception exception)
    {
        lock (_gate)
        {
            if (Find(worker) is { State: WorkerState.Starting })
            {
                Break(new PoolBrokenException($"The initializer of the pool failed: {exception.Message}", exception));
            }
        }
        PublishConcluded();
    }

    public void Finished(IWorker worker, PoolTask task)
    {
        bool mustPublish;
        bool hasEnded;
        lock (_gate)
        {
            if (task.Slot is not { } slot || !ReferenceEquals(slot.Worker, worker) || task.State == TaskState.Done)
            {
                // The pool has ended it by force meanwhile.
                task.DiscardResponse();
                return;
            }
            RemoveSent(slot, task);
            var items = task.ItemCount;
            slot.Finished += items;
            if (task.StopReason == StopReason.TimedOut && items > 1)
            {
                // The last one was late; the others are what they are.
                var late = Split(task, items - 1);
                late.StopReason = StopReason.TimedOut;
                ConcludeUnlessRetried(late);
                task.StopReason = StopReason.None;
            }
            var isFirst = _completedTasks == 0;
            hasEnded = task.StopReason != StopReason.TimedOut || !TryAgain(task);
            if (hasEnded)
            {
                task.Conclude(task.StopReason == StopReason.TimedOut ? TaskOutcome.TimedOut : TaskOutcome.Responded);
                _ends.Count(task);
                _completedTasks += task.ItemCount;
            }
            _failures = 0;
            slot.IsStalled = false;
            slot.Depth.OnFinished(_clock);
            if (slot.Finished >= slot.SuccessorAt || slot.IsDue)
            {
                OnNearEnd(slot, items);
            }
            if (slot.State == WorkerState.Ready)
            {
                Refill(slot);
            }
            if (isFirst)
            {
                StartWorkers(); // The spares, which wait for the first result.
            }
            mustPublish = AfterConclusion() || _concluded is not null || _sparesAreDue;
            AssertInvariants();
        }
        if (hasEnded)
        {
            task.Publish();
        }
        if (mustPublish)
        {
            PublishConcluded();
        }
    }

    public void HasRoom(IWorker worker)
    {
        lock (_gate)
        {
            if (Find(worker) is { IsBlocked: true } slot)
            {
                slot.IsBlocked = false;
                if (slot.CanWork)
                {
                    Refill(slot);
                }
                Rebalance();
                AssertInvariants();
            }
        }
        PublishConcluded();
    }

    public void Died(IWorker worker, WorkerExit exit, PoolTask? running)
    {
        lock (_gate)
        {
            if (Find(worker) is { } slot)
            {
                OnDeath(slot, exit, running);
            }
        }
        PublishConcluded();
    }

    private void OnDeath(WorkerSlot slot, WorkerExit exit, PoolTask? running)
    {
        var was = slot.State;
        slot.State = WorkerState.Dead;
        LeaveIdle(slot);
        _slots.Remove(slot);
        Evict(slot);
        if (slot.KillReason is { } reason && exit.SignalName == "SIGKILL")
        {
            exit = exit with { Reason = reason };
        }
        _workerDeaths += was == WorkerState.Draining || slot.IsDismissed || slot.IsDeathCounted ? 0 : 1;
        if (was != WorkerState.Draining && !slot.IsDismissed)
        {
            CountDeath(slot, exit, running);
        }
        var diedOfNothing = running is null || running is { IsBatch: true, ItemsBegun: 0 };
        while (slot.Sent.Count > 0)
        {
            // From the last to the first, so that the queue has them in their old order.
            var task = slot.Sent.PopBack();
            if (task.StopReason == StopReason.None && !ReferenceEquals(task, running))
            {
                Requeue(slot, task);
                continue;
            }
            CountUnsent(slot, task);
            if (task.IsBatch && ReferenceEquals(task, running))
            {
                if (SeparateLost(task) is not { } lost)
                {
                    continue;
                }
                task = lost;
            }
            ConcludeUnlessRetried(task, exit);
        }
        if (was is WorkerState.Starting or WorkerState.Ready && diedOfNothing)
        {
            CountFailure(exit.Describe(""));
        }
        if (_state is PoolState.Running or PoolState.Completing)
        {
            StartWorkers();
            RefillAll();
        }
        AfterConclusion();
        AssertInvariants();
    }

    /// <summary>A task leaves its worker; the next one, if any, is the first now.</summary>
    private void RemoveSent(WorkerSlot slot, PoolTask task)
    {
        var wasFirst = ReferenceEquals(slot.Sent[0], task);
        if (wasFirst)
        {
            slot.Sent.PopFront();
        }
        else
        {
            slot.Sent.Remove(task);
        }
        CountUnsent(slot, task);
        slot.IsBlocked = false;
        if (ReferenceEquals(slot.Stopping, task))
        {
            slot.Stopping = null;
            slot.KillDue = long.MaxValue;
        }
        if (wasFirst)
        {
            WatchFirst(slot);
        }
    }

    private WorkerSlot? Find(IWorker worker)
    {
        foreach (var slot in _slots)
        {
            if (ReferenceEquals(slot.Worker, worker))
            {
                return slot;
            }
        }
        return null;
    }
}
