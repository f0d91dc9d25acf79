namespace Multiprocessing.Platform;

/// <summary>Sleep on a 32-bit word of memory that several processes map, and wake those who sleep on it.</summary>
internal abstract unsafe class WaitWake
{
    /// <summary>
    /// Sleeps while <paramref name="word"/> holds <paramref name="expected"/>. May return for no reason: callers check
    /// their condition in a loop.
    /// </summary>
    /// <param name="word">An aligned word in memory shared by all who take part.</param>
    /// <param name="expected">The value on which to go to sleep.</param>
    /// <param name="timeoutNanoseconds">How long at most; negative: for ever.</param>
    /// <returns><see langword="false"/> if the time-out passed.</returns>
    public abstract bool Wait(int* word, int expected, long timeoutNanoseconds);

    /// <summary>Wakes up to <paramref name="count"/> sleepers. Safe on a word nobody sleeps on.</summary>
    public abstract void Wake(int* word, int count);
}
