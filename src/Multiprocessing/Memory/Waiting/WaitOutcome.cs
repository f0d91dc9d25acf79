namespace Multiprocessing.Memory;

/// <summary>Why a wait ended.</summary>
internal enum WaitOutcome
{
    /// <summary>Woken, or the word had another value, or for no reason: look again.</summary>
    Woken,

    /// <summary>
    /// A process of the tree has died since the caller read the epoch. Look at everything again, not only at the owner: the dead
    /// one may have changed the word without getting to wake anybody, or have been woken without getting to act.
    /// </summary>
    OwnersChanged,

    TimedOut,

    Cancelled,
}
