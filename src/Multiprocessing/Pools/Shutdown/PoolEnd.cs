namespace Multiprocessing.Pools;

/// <summary>The bounded end of a pool: what was given is done, for as long as allowed; then everything ends by force.</summary>
internal static class PoolEnd
{
    /// <summary>What killed workers may take to be gone.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    internal static void Close(Dispatcher pool, TimeSpan limit)
    {
        pool.Complete();
        if (!HasEnded(pool, limit))
        {
            pool.Terminate();
            HasEnded(pool, KillLimit);
        }
    }

    internal static async Task CloseAsync(Dispatcher pool, TimeSpan limit)
    {
        pool.Complete();
        if (!await HasEndedAsync(pool, limit).ConfigureAwait(false))
        {
            pool.Terminate();
            await HasEndedAsync(pool, KillLimit).ConfigureAwait(false);
        }
    }

    private static bool HasEnded(Dispatcher pool, TimeSpan limit) => ((IAsyncResult)pool.Completion).AsyncWaitHandle.WaitOne(limit);

    private static async Task<bool> HasEndedAsync(Dispatcher pool, TimeSpan limit)
    {
        // A broken pool has ended too: whoever used it has been told.
        await pool.Completion.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return pool.Completion.IsCompleted;
    }
}
