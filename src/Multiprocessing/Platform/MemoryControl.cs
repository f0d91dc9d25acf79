namespace Multiprocessing.Platform;

/// <summary>What the system does when memory is short.</summary>
internal abstract class MemoryControl
{
    /// <summary>How many processes of this one's control group were killed because memory ran out; 0 if the system does not tell.</summary>
    public abstract long OutOfMemoryKills { get; }
}
