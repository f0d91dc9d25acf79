using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>Workers that make no progress: nobody waits behind what turns out long, or behind a worker that was stopped.</content>
internal sealed partial class Dispatcher
{
    /// <summary>How long a worker may make no progress before what it was given in advance is taken back.</summary>
    private static readonly long StallLimit = Stopwatch.Frequency / 200;

    /// <summary>How long a worker that had nothing to do may take to begin what it was given before it is looked at.</summary>
    private static readonly long StartLook = 5 * StallLimit;

    /// <summary>How often a worker that was stopped is looked at.</summary>
    private static readonly long StoppedLook = 20 * StallLimit;

    private long _stallLook = long.MaxValue;
    private bool _isLookSlow;

    private void LookForStalledLater() => LookForStalledLater(StallLimit);

    private void LookForStalledLater(long ticks)
    {
        if (_stallLook == long.MaxValue || (_isLookSlow && ticks == StallLimit))
        {
            _isLookSlow = ticks != StallLimit;
            _stallLook = _clock.Now + ticks;
            Wake(_stallLook);
        }
    }

    /// <summary>
    /// Whoever has finished nothing since the last look runs something long: what it has not begun with goes to others. What has ended of a
    /// batch is published. Workers that are idle get a part of a batch, whatever that is worth.
    /// </summary>
    private void LookForStalled()
    {
        _stallLook = long.MaxValue;
        var next = long.MaxValue;
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            next = Math.Min(next, _slots[i].IsStopped ? LookAtStopped(_slots[i]) : LookAtBusy(_slots[i]));
        }
        if (next != long.MaxValue)
        {
            LookForStalledLater(next);
        }
        if (AwakeSuffice())
        {
            PlaceHomeless();
        }
        else
        {
            RefillAll();
        }
        while (_idle.Count > 0 && ShareBatch(isStalled: true))
        {
        }
    }

    /// <summary>Returns after what time to look again.</summary>
    private long LookAtBusy(WorkerSlot slot)
    {
        if (!slot.CanWork || slot.Sent.Count == 0)
        {
            slot.LastLook = default;
            return long.MaxValue;
        }
        var first = slot.Sent[0];
        var (begun, finished) = first.IsBatch ? slot.Worker.Progress(first) : default;
        var isStalled = slot.LastLook == (first.Id, finished);
        slot.LastLook = (first.Id, finished);
        var runs = first.IsBatch ? begun > 0 : slot.Worker.RunningSince(first) != 0;
        if (isStalled && !runs && slot.Worker.IsStopped && TryLeaveStopped(slot))
        {
            return StoppedLook;
        }
        if (isStalled)
        {
            slot.IsStalled = true;
            TakeBack(slot, keep: 1);
            if (first is { IsDivisible: true, State: TaskState.Sent } && TakeBackItems(slot, first, int.MaxValue) is { } rest)
            {
                PutBack(rest);
            }
        }
        if (first.ItemCount > 1 && finished > 0 && !first.IsStopped)
        {
            slot.Worker.Harvest(first);
        }
        if (slot.Sent.Count > 1 || (first.ItemCount > 1 && begun < first.ItemCount))
        {
            return StallLimit;
        }
        return runs ? long.MaxValue : StartLook;
    }

    /// <summary>Whether the worker is executing the first of its tasks, or an item of it.</summary>
    private static bool Runs(WorkerSlot slot, PoolTask first)
    {
        if (!first.IsBatch)
        {
            return slot.Worker.RunningSince(first) != 0;
        }
        var (begun, finished) = slot.Worker.Progress(first);
        return begun > finished;
    }

    /// <summary>A worker that was stopped before it began what it was given has nothing to do until it goes on.</summary>
    private bool TryLeaveStopped(WorkerSlot slot)
    {
        TakeBack(slot, keep: 0);
        WatchFirst(slot);
        slot.IsStopped = slot.Sent.Count == 0;
        if (slot.IsStopped)
        {
            Withdraw(slot);
        }
        if (slot.HasServed)
        {
            Retire(slot);
        }
        return slot.IsStopped;
    }

    /// <summary>A worker that was stopped may go on; if it was replaced meanwhile, it is one too many.</summary>
    private long LookAtStopped(WorkerSlot slot)
    {
        if (slot.State != WorkerState.Ready)
        {
            return long.MaxValue;
        }
        if (slot.Worker.IsStopped)
        {
            return StoppedLook;
        }
        var isTooMany = CountStaying() >= _workers;
        slot.IsStopped = false;
        if (isTooMany)
        {
            Dismiss(slot);
        }
        else
        {
            Refill(slot);
        }
        return long.MaxValue;
    }
}
