namespace Multiprocessing.Platform;

/// <summary>What the system does when memory is short, or when a process with a limit (<see cref="SpawnRequest.MemoryLimit"/>) has too much.</summary>
internal abstract class MemoryControl
{
    /// <summary>How many processes of this one's control group were killed because memory ran out; 0 if the system does not tell.</summary>
    public abstract long OutOfMemoryKills { get; }

    /// <summary>
    /// Tells that this process itself was started with a limit: shared memory that it maps from now on is no matter of that, nor are the
    /// processes that it starts.
    /// </summary>
    public abstract void BeginLimited(long limit);

    /// <summary>Removes what processes that were killed have left of the limits of their children. Takes a moment.</summary>
    public abstract void RemoveLeftovers();
}
