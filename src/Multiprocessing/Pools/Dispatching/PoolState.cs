namespace Multiprocessing.Pools;

/// <summary>Where a pool is. Changed under the dispatcher's lock only.</summary>
internal enum PoolState : byte
{
    /// <summary>Takes work.</summary>
    Running,

    /// <summary>Takes no more work and does what it has; then its workers end.</summary>
    Completing,

    /// <summary>All work was ended by force; its workers are being killed.</summary>
    Terminated,

    /// <summary>As terminated, because the pool could not go on.</summary>
    Broken,
}
