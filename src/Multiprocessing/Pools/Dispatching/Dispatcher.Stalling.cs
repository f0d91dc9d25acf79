namespace Multiprocessing.Pools;

/// <content>Nobody waits behind what turns out long.</content>
internal sealed partial class Dispatcher
{
    /// <summary>
    /// Whoever has finished nothing since the last look runs something long: what it has not begun with goes to others. What has ended of a
    /// batch is published. Workers that are idle get a part of a batch, whatever that is worth.
    /// </summary>
    private void LookForStalled(long now)
    {
        _stallLook = long.MaxValue;
        foreach (var slot in _slots)
        {
            if (slot.CanWork && slot.Sent.Count > 0)
            {
                LookForStalled(slot, now);
            }
            else
            {
                slot.LastLook = default;
            }
        }
        RefillAll();
        while (_idle.Count > 0 && ShareBatch(isStalled: true))
        {
        }
    }

    private void LookForStalled(WorkerSlot slot, long now)
    {
        var first = slot.Sent[0];
        var (begun, finished) = first.IsBatch ? slot.Worker.Progress(first) : default;
        if (slot.LastLook == (first.Id, finished))
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
            _stallLook = now + StallLimit;
        }
        slot.LastLook = (first.Id, finished);
    }
}
