namespace Multiprocessing.Synchronization;

/// <summary>How many waiters of a process sleep, and how many of these have been notified. Changes in one atomic step.</summary>
internal readonly record struct ConditionCounts(ulong Bits)
{
    private const int NotifiedShift = 32;

    public ConditionCounts(uint waiting, uint notified)
        : this(waiting | ((ulong)notified << NotifiedShift))
    {
    }

    /// <summary>Those that have begun to wait and not come back yet.</summary>
    public uint Waiting => (uint)Bits;

    /// <summary>How many of them are to come back; never more than there are.</summary>
    public uint Notified => (uint)(Bits >> NotifiedShift);
}
