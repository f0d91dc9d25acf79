namespace Multiprocessing.Pools;

/// <summary>Where the calls of one key go. The dispatcher's, under its lock.</summary>
internal sealed class StickyHome(object key)
{
    internal object Key { get; } = key;

    /// <summary>The worker; null or one that works no longer: the next call finds another one.</summary>
    internal WorkerSlot? Slot { get; private set; }

    /// <summary>Calls of the key that have not ended.</summary>
    internal int Pending { get; set; }

    /// <summary>Those of them that a worker has.</summary>
    internal int Sent { get; set; }

    internal void Move(WorkerSlot? slot)
    {
        if (Slot is { } old)
        {
            old.Keys--;
        }
        if (slot is not null)
        {
            slot.Keys++;
        }
        Slot = slot;
    }
}
