namespace Multiprocessing.Pools;

/// <content>Batches are divided when somebody has nothing to do, when one of their items must be stopped, and when their worker dies.</content>
internal sealed partial class Dispatcher
{
    /// <summary>Gives an idle worker half of what the busiest batch has left. False: no batch is worth it.</summary>
    private bool ShareBatch(bool isStalled)
    {
        if (_sentItems == _sentCount)
        {
            return false; // Nobody has more than single items.
        }
        WorkerSlot? busiest = null;
        var most = 0;
        foreach (var slot in _slots)
        {
            if (CanShare(slot))
            {
                var batch = slot.Sent[0];
                var left = batch.ItemCount - slot.Worker.Progress(batch).Begun;
                if (left > most && (isStalled || batch.ItemTicks == 0 || left * batch.ItemTicks > PrefetchDepth.WorthMoving))
                {
                    (busiest, most) = (slot, left);
                }
            }
        }
        if (busiest is null)
        {
            return false;
        }
        LookForStalledLater();
        if (TakeBackItems(busiest, busiest.Sent[0], (most + 1) / 2) is not { } part)
        {
            return false;
        }
        PutBack(part);
        RefillIdle();
        return true;
    }

    private static bool CanShare(WorkerSlot slot) =>
        slot.CanWork && slot.Sent.Count > 0 && slot.Sent[0] is { IsDivisible: true, ItemCount: > 1, State: TaskState.Sent } batch
        && slot.Worker.Progress(batch).Begun < batch.ItemCount;

    /// <summary>Takes items back that the worker has not claimed, as a task of their own; null: there are none.</summary>
    private PoolTask? TakeBackItems(WorkerSlot slot, PoolTask batch, int most)
    {
        var count = slot.Worker.TakeBackItems(batch, most);
        if (count == 0)
        {
            return null;
        }
        slot.SentItems -= count;
        _sentItems -= count;
        slot.IsBlocked = false;
        return Split(batch, batch.ItemCount - count);
    }

    private PoolTask Split(PoolTask batch, int keep)
    {
        var tail = batch.SplitTail(keep);
        tail.Dispatcher = this;
        tail.Id = batch.Id + keep;
        (tail.Retry, tail.Attempt) = (batch.Retry, batch.Attempt);
        return tail;
    }

    /// <summary>
    /// An item of a running batch must be stopped, and no other may be hit by that: takes back all that follow, so that the item that runs is
    /// the last one.
    /// </summary>
    /// <param name="slot">The worker.</param>
    /// <param name="batch">What it runs.</param>
    /// <param name="reason">Why.</param>
    /// <param name="runs">Whether an item runs. If not, the batch is about to end.</param>
    /// <returns>False: another item runs meanwhile, which is not late.</returns>
    private bool TryIsolate(WorkerSlot slot, PoolTask batch, StopReason reason, out bool runs)
    {
        if (TakeBackItems(slot, batch, int.MaxValue) is { } rest)
        {
            if (reason == StopReason.Canceled)
            {
                rest.StopReason = reason;
            }
            PutBack(rest);
            RefillAll();
        }
        var (begun, finished) = slot.Worker.Progress(batch);
        runs = begun > finished;
        if (reason != StopReason.TimedOut)
        {
            return true;
        }

        // Claimed after it was noted: since nothing more can be claimed, this is the time of the last one.
        var since = slot.Worker.RunningSince(batch);
        if (runs && since != 0 && since + batch.TimeoutTicks <= _clock.Now)
        {
            return true;
        }
        slot.TaskDue = since == 0 || !runs ? long.MaxValue : since + batch.TimeoutTicks;
        return false;
    }

    /// <summary>
    /// The worker of a batch has died: what it has finished stays, what it had not begun with goes elsewhere, and what it was running is
    /// returned, as a task of its own; null: nothing.
    /// </summary>
    private PoolTask? SeparateLost(PoolTask batch)
    {
        var reason = batch.StopReason;
        if (batch.ItemsBegun < batch.ItemCount)
        {
            var rest = Split(batch, batch.ItemsBegun);
            if (reason == StopReason.Canceled)
            {
                rest.StopReason = reason;
            }
            PutBack(rest);
        }

        // One that has ended after its time limit was noticed is late.
        var finished = Math.Min(batch.ItemsFinished, reason == StopReason.TimedOut ? Math.Max(0, batch.ItemCount - 1) : batch.ItemCount);
        if (finished == 0 && batch.ItemCount > 0)
        {
            return batch;
        }
        var lost = finished < batch.ItemCount ? Split(batch, finished) : null;
        lost?.StopReason = reason;
        ConcludeLater(batch, TaskOutcome.Responded);
        return lost;
    }
}
