namespace Multiprocessing.Synchronization;

/// <summary>One wait for a condition. Its fields belong to the lock of the place where its group is.</summary>
internal sealed class ConditionWaiter(ConditionGroup group)
{
    public ConditionGroup Group => group;

    /// <summary>It is its turn to come back.</summary>
    public bool IsNotified { get; set; }

    /// <summary>In a group without an entry: the value of the word when the wait began.</summary>
    public int OverflowSeen { get; init; }

    public ConditionWaiter? Previous { get; set; }

    public ConditionWaiter? Next { get; set; }
}
