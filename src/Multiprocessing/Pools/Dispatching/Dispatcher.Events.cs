using System.Diagnostics;
using System.Numerics;

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

    public void Finished(IWorker worker, ReadOnlySpan<PoolTask> tasks)
    {
        Debug.Assert(tasks.Length <= IWorkerEvents.MostFinished, "There is a bit for each.");
        bool mustPublish;
        var ended = 0UL; // A bit for each task that is published here.
        lock (_gate)
        {
            WorkerSlot? slot = null;
            var (finished, items) = (0, 0);
            var isFirst = _completedTasks == 0;
            for (var i = 0; i < tasks.Length; i++)
            {
                var task = tasks[i];
                if (task.Slot is not { } owner || !ReferenceEquals(owner.Worker, worker) || task.State == TaskState.Done)
                {
                    // The pool has ended it by force meanwhile.
                    task.DiscardResponse();
                    continue;
                }
                slot = owner;
                finished++;
                items = task.ItemCount;
                ended |= OnFinished(slot, task) ? 1UL << i : 0;
            }
            if (slot is null)
            {
                return;
            }
            AfterFinished(slot, finished, items);
            if (isFirst)
            {
                StartWorkers(); // The spares, which wait for the first result.
            }
            mustPublish = AfterConclusion() || _concluded is not null || _sparesAreDue;
            AssertInvariants();
        }
        for (; ended != 0; ended &= ended - 1)
        {
            tasks[BitOperations.TrailingZeroCount(ended)].Publish();
        }
        if (mustPublish)
        {
            PublishConcluded();
        }
    }

    /// <summary>Returns whether the task has ended, and is to be published; if not, it is tried again.</summary>
    private bool OnFinished(WorkerSlot slot, PoolTask task)
    {
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
        if (task.StopReason == StopReason.TimedOut && TryAgain(task))
        {
            return false;
        }
        task.Conclude(task.StopReason == StopReason.TimedOut ? TaskOutcome.TimedOut : TaskOutcome.Responded);
        _ends.Count(task);
        _completedTasks += task.ItemCount;
        return true;
    }

    /// <summary>The worker has fewer tasks now.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="tasks">How many have ended.</param>
    /// <param name="itemsPerTask">How many items the last one of them had.</param>
    private void AfterFinished(WorkerSlot slot, int tasks, int itemsPerTask)
    {
        _failures = 0;
        slot.IsStalled = false;
        slot.Depth.OnFinished(tasks, _clock);
        if (slot.Finished >= slot.SuccessorAt || slot.IsDue)
        {
            OnNearEnd(slot, itemsPerTask);
        }
        NoteRun(slot);
        if (slot.State != WorkerState.Ready)
        {
            return;
        }
        if (MaySleep(slot))
        {
            Settle(slot);
        }
        else
        {
            Refill(slot);
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
        _slots.Remove(slot);
        Withdraw(slot);
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
