using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>
/// Workers that have too much memory. Looked at while they have work: one above the hard limit is killed, one above the soft limit is
/// replaced like one that is too old.
/// </content>
internal sealed partial class Dispatcher
{
    private static readonly long LimitLook = Stopwatch.Frequency / 50;
    private static readonly long RecycleLook = Stopwatch.Frequency / 10;

    private long _memoryLook = long.MaxValue;

    private void LookAtMemoryLater()
    {
        if (_memoryLook == long.MaxValue && _settings.WatchesMemory)
        {
            _memoryLook = _clock.Now + (_settings.MemoryLimit == long.MaxValue ? RecycleLook : LimitLook);
            Wake(_memoryLook);
        }
    }

    private void LookAtMemory()
    {
        _memoryLook = long.MaxValue;
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            var slot = _slots[i];
            if (slot.State == WorkerState.Ready && (slot.Sent.Count > 0 || slot.Finished != slot.FinishedAtMemoryLook))
            {
                slot.FinishedAtMemoryLook = slot.Finished;
                LookAtMemory(slot);
                LookAtMemoryLater();
            }
        }
    }

    private void LookAtMemory(WorkerSlot slot)
    {
        var memory = slot.Worker.OwnMemory;
        slot.IsDue |= memory > Math.Min(_settings.MemoryLimit, _settings.MemoryRecycling);
        if (memory <= _settings.MemoryLimit)
        {
            return;
        }
        if (slot.Sent.Count > 0 && slot.Sent[0] is var task && Runs(slot, task))
        {
            slot.KillReason = MemoryLimits.Breach(memory, _settings.MemoryLimit);
            Kill(slot, task);
            if (slot.State != WorkerState.Dying)
            {
                slot.KillReason = null; // The task has ended, unnoticed yet; the next look is at another one.
            }
        }
        else if (!slot.IsRetiring)
        {
            // Nothing runs that could be blamed, and nothing more shall.
            Dismiss(slot);
            RefillAll();
        }
    }
}
