namespace Multiprocessing;

/// <summary>
/// Which of the waiting tasks of a <see cref="ProcessPool"/> is started first: one of higher priority before all of lower, those of the same
/// priority in the order of their submission. A task that runs is never interrupted for another one. There is no aging: while there is
/// always work of a higher priority, that of a lower one waits.
/// </summary>
public enum TaskPriority
{
    /// <summary>After everything else.</summary>
    Lowest = -2,

    /// <summary>After what is normal.</summary>
    BelowNormal = -1,

    /// <summary>The default.</summary>
    Normal = 0,

    /// <summary>Before what is normal.</summary>
    AboveNormal = 1,

    /// <summary>Before everything else.</summary>
    Highest = 2,
}
