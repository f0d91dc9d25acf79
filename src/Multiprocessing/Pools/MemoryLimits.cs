namespace Multiprocessing.Pools;

/// <summary>What a limit of a worker's memory means.</summary>
internal static class MemoryLimits
{
    /// <summary>A runtime that has just started has some 30 MiB of its own.</summary>
    internal const long Least = 128L << 20;

    /// <summary>
    /// The managed heap gets three quarters, so that a task that allocates too much gets an <see cref="OutOfMemoryException"/> of its own
    /// before the whole process is too large: the rest is for the runtime, compiled code and native libraries.
    /// </summary>
    internal static long HeapOf(long limit) => limit / 4 * 3;

    internal static string Breach(long bytes, long limit) => $"out of memory: {bytes >> 20} MiB of a limit of {limit >> 20} MiB";
}
