using Multiprocessing.Platform;

namespace Compare.Limits;

/// <summary>One hop of a bare chain: a word that changes, and nothing else.</summary>
internal static unsafe class Hop
{
    private const int SpinsBeforeYield = 100_000;

    /// <summary>Waits until <paramref name="word"/> is no longer <paramref name="seen"/>.</summary>
    internal static int Await(ref int word, int seen, bool spin)
    {
        for (var spins = 0; Volatile.Read(ref word) == seen; spins++)
        {
            if (!spin)
            {
                fixed (int* address = &word)
                {
                    Kernel.WaitWake.Wait(address, seen, timeoutNanoseconds: -1);
                }
            }
            else if (spins >= SpinsBeforeYield)
            {
                // The partner lost its core to somebody else.
                Thread.Yield();
            }
        }
        return Volatile.Read(ref word);
    }

    /// <summary>Sets <paramref name="word"/> and, if who waits for it sleeps, wakes it.</summary>
    internal static void Signal(ref int word, int value, bool waiterSpins)
    {
        Volatile.Write(ref word, value);
        if (!waiterSpins)
        {
            fixed (int* address = &word)
            {
                Kernel.WaitWake.Wake(address, 1);
            }
        }
    }
}
