namespace Multiprocessing.Pools;

/// <summary>One map from its call to its results. Made by the call, which so learns what is wrong with it; then run once, in either way.</summary>
internal sealed class MapRun<TCall, TItem, TResult>
    where TCall : PoolCall
{
    /// <summary>Batches that a map has under way per worker: one that runs, one in advance, and what the submitter needs to be woken.</summary>
    private const int BatchesPerWorker = 4;

    /// <summary>Chunks set by hand may be small: so many items per worker in advance keep it busy.</summary>
    private const int ChunkedItemsPerWorker = 1024;

    private readonly OpenInput _input;
    private readonly MapOperation<TResult> _map;
    private readonly MapFeed _feed;

    /// <summary>Begins a map. Throws if the pool takes no more work or the function cannot be sent; then nothing has begun.</summary>
    internal MapRun(ProcessPool pool, Delegate function, IEnumerable<TItem> items, MapOptions options, CancellationToken cancellationToken)
    {
        var chunk = options.ChunkSize;
        var window = pool.WorkerCount * (chunk is { } size ? Math.Max(BatchesPerWorker, ChunkedItemsPerWorker / size) : BatchesPerWorker);
        int? known = items.TryGetNonEnumeratedCount(out var count) ? count : null;
        _map = new MapOperation<TResult>(new BatchSizer(chunk), window, known, cancellationToken);
        var writer = new ItemWriter<TCall, TItem, TResult>(pool, _map, function, options.Timeout, options.Seed, options.Priority, options.Retry);
        writer.CheckFunction();
        _feed = MapFeed.Of(items, _map, writer);
        _input = pool.OpenInput();
        _map.Begin();
    }

    /// <summary>Reads the input on this thread and waits for the results.</summary>
    internal TResult[] Run()
    {
        try
        {
            using (_feed)
            {
                while (!_feed.Feed())
                {
                    _map.RoomAsync().Wait(CancellationToken.None);
                }
            }
            EndInput();
            _map.AllEnded.Wait(CancellationToken.None);
            return _map.Collect();
        }
        catch
        {
            Abandon();
            _map.AllEnded.Wait(CancellationToken.None);
            throw;
        }
        finally
        {
            _map.Dispose();
        }
    }

    /// <summary>Reads the input on whatever thread there is.</summary>
    internal async Task<TResult[]> RunAsync()
    {
        try
        {
            using (_feed)
            {
                while (!_feed.Feed())
                {
                    await _map.RoomAsync().ConfigureAwait(false);
                }
            }
            EndInput();
            await _map.AllEnded.ConfigureAwait(false);
            return _map.Collect();
        }
        catch
        {
            Abandon();
            await _map.AllEnded.ConfigureAwait(false);
            throw;
        }
        finally
        {
            _map.Dispose();
        }
    }

    /// <summary>The input has failed, or an item: the rest is not wanted. Does nothing to a map that has ended.</summary>
    private void Abandon()
    {
        _map.Stop();
        EndInput();
    }

    private void EndInput()
    {
        _map.Seal();
        _input.Dispose();
    }
}
