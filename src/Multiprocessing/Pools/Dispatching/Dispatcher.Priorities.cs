namespace Multiprocessing.Pools;

/// <content>
/// What waits with a higher priority is started before everything that has a lower one and was given to a worker in advance. A pool of
/// which nobody has ever asked for a priority pays for this with the look at one field.
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>Whether there has been a task of another priority than the normal one.</summary>
    private bool _usesPriorities;

    /// <summary>Something has come into the queue, or has come back, that may be more urgent than what workers were given in advance.</summary>
    private bool _mustRebalance;

    /// <summary>At the end of everything that happens under the lock.</summary>
    private void Rebalance()
    {
        while (_mustRebalance && IsActive)
        {
            _mustRebalance = false;
            RefillAll();
        }
    }

    /// <summary>For tests: the priority of the first task that no worker has.</summary>
    internal TaskPriority? HighestWaiting
    {
        get
        {
            lock (_gate)
            {
                for (var i = 0; i < _queue.Count; i++)
                {
                    if (_queue[i].State == TaskState.Queued)
                    {
                        return _queue[i].Priority;
                    }
                }
                return null;
            }
        }
    }

    /// <summary>
    /// Takes back what would run before the first of the queue and should not. A worker that had such tasks gets few in advance for a while:
    /// so no task is taken back more often than others are finished.
    /// </summary>
    private void TakeBackLower()
    {
        if (QueuedCount == 0)
        {
            return;
        }
        var highest = _queue.Highest;
        foreach (var slot in _slots)
        {
            TakeBackLower(slot, highest);
        }

        // Only now: what is given out before all have been asked could be followed by something more urgent.
        for (var i = 0; i < _slots.Count; i++)
        {
            if (_slots[i] is { Sent.Count: 0, IsIdle: false, CanWork: true } slot)
            {
                Refill(slot); // It was about to start what was taken back: as good as idle.
            }
        }
    }

    private void TakeBackLower(WorkerSlot slot, TaskPriority highest)
    {
        if (!slot.CanWork || slot.Sent.Count == 0)
        {
            return;
        }
        var before = slot.Sent.Count;
        while (slot.Sent.Count > 0 && slot.Sent[slot.Sent.Count - 1] is var last && last.Priority < highest && slot.Worker.TryRevoke(last))
        {
            Requeue(slot, slot.Sent.PopBack());
            slot.IsBlocked = false;
        }
        if (slot.Sent.Count > 0 && slot.Sent[0] is { IsDivisible: true, State: TaskState.Sent } batch && batch.Priority < highest
            && TakeBackItems(slot, batch, int.MaxValue) is { } rest)
        {
            PutBack(rest);
        }
        if (slot.Sent.Count < before)
        {
            slot.Depth.Restart();
            WatchFirst(slot);
        }
    }
}
