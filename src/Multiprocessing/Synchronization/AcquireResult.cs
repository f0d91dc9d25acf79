namespace Multiprocessing;

/// <summary>How an attempt to acquire ended. Everything but <see cref="TimedOut"/> means that the caller owns it now.</summary>
public enum AcquireResult
{
    /// <summary>Not acquired within the time given.</summary>
    TimedOut = 0,

    /// <summary>Acquired.</summary>
    Acquired = 1,

    /// <summary>
    /// Acquired, and the one before has never released it: its process died, or it disposed of the object. What the lock protects may be
    /// half changed; only the new owner can know how to mend it.
    /// </summary>
    Abandoned = 2,
}
