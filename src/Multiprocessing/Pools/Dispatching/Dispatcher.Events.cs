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
        lock (_gate)
        {
            if (task.Slot is not { } slot || !ReferenceEquals(slot.Worker, worker) || task.State == TaskState.Done)
            {
                // The pool has ended it by force meanwhile.
                return;
            }
            RemoveSent(slot, task);
            task.Conclude(task.StopReason == StopReason.TimedOut ? TaskOutcome.TimedOut : TaskOutcome.Responded);
            _completedTasks++;
            _failures = 0;
            slot.Finished++;
            slot.IsStalled = false;
            slot.Depth.OnFinished(_clock);
            if (slot.Finished >= slot.SuccessorAt || slot.IsDue)
            {
                OnNearEnd(slot);
            }
            if (slot.State == WorkerState.Ready)
            {
                Refill(slot);
            }
            if (_completedTasks == 1)
            {
                StartWorkers(); // The spares, which wait for the first result.
            }
            mustPublish = AfterConclusion() || _concluded is not null;
            AssertInvariants();
        }
        task.Publish();
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
                AssertInvariants();
            }
        }
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
        _workerDeaths += was == WorkerState.Draining || slot.IsDismissed ? 0 : 1;
        while (slot.Sent.Count > 0)
        {
            // From the last to the first, so that the queue has them in their old order.
            var task = slot.Sent.PopBack();
            if (task.StopReason == StopReason.None && !ReferenceEquals(task, running))
            {
                Requeue(task);
                continue;
            }
            _sentCount--;
            ConcludeLater(task, task.StopReason switch
            {
                StopReason.Canceled => TaskOutcome.Canceled,
                StopReason.TimedOut => TaskOutcome.TimedOut,
                _ => TaskOutcome.WorkerDied,
            }, exit);
        }
        if (was is WorkerState.Starting or WorkerState.Ready && running is null)
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
        _sentCount--;
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
