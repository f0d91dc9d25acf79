namespace Multiprocessing.Pools;

/// <content>
/// Tasks that are tried again. They wait for their time, then for a worker that has nothing else: while one of them waits for that, no
/// worker is given anything in advance, and nothing is given to its worker while it runs. So a task that kills again takes nobody along.
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>Those whose time has not come. They are few: each is the death of a worker.</summary>
    private readonly List<PoolTask> _delayed = [];

    /// <summary>Those that wait for a worker, before all that are tried for the first time.</summary>
    private readonly TaskDeque _again = new();

    private long _retriedTasks;

    /// <summary>True: the attempt has failed, and the task has not ended.</summary>
    private bool TryAgain(PoolTask task)
    {
        var isWanted = task.StopReason switch
        {
            StopReason.Canceled => false,
            StopReason.TimedOut => task.Retry.RetriesTimeouts && !task.IsGivenUp,
            _ => true,
        };
        if (!isWanted || !IsActive || task.Attempt > task.Retry.MaxRetries || !task.TryForget())
        {
            return false;
        }
        task.RetryDue = _clock.Now + task.Retry.DelayAfter(task.Attempt++);
        task.StopReason = StopReason.None;
        task.Slot = null;
        task.LeaveHome(); // Those behind it do not wait for its next attempt.
        task.State = TaskState.Delayed;
        _delayed.Add(task);
        _retriedTasks++;
        Wake(task.RetryDue);
        return true;
    }

    /// <summary>An attempt has failed: the task is tried again or ends, for whatever reason it was stopped, or with its worker.</summary>
    private void ConcludeUnlessRetried(PoolTask task, WorkerExit? exit = null)
    {
        if (!TryAgain(task))
        {
            ConcludeLater(task, task.StopReason switch
            {
                StopReason.Canceled => TaskOutcome.Canceled,
                StopReason.TimedOut => TaskOutcome.TimedOut,
                _ => TaskOutcome.WorkerDied,
            }, exit);
        }
    }

    private void ReadyDelayed(long now)
    {
        var count = _delayed.Count;
        for (var i = 0; i < _delayed.Count;)
        {
            var task = _delayed[i];
            if (task.RetryDue > now)
            {
                i++;
                continue;
            }
            _delayed.RemoveAt(i);
            task.State = TaskState.Queued;
            _again.PushBack(task);
            _queuedItems += task.ItemCount;
        }
        if (_delayed.Count < count)
        {
            RefillAll();
        }
    }

    private long NextRetry()
    {
        var next = long.MaxValue;
        foreach (var task in _delayed)
        {
            next = Math.Min(next, task.RetryDue);
        }
        return next;
    }

    /// <summary>What a worker with room gets next, if anything.</summary>
    private PoolTask? NextFor(WorkerSlot slot)
    {
        if (_again.Count == 0)
        {
            return NextOfKeysOrAll(slot);
        }
        return slot.Sent.Count == 0 ? TakeAgain() : null;
    }

    private PoolTask TakeAgain()
    {
        var task = _again.PopFront();
        _queuedItems -= task.ItemCount;
        return task;
    }
}
