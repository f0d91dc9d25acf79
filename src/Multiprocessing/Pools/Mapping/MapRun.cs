using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Pools;

/// <summary>One map from its call to its results. Made by the call, which so learns what is wrong with it; then run once, in either way.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It is run once, and disposes of what it has at the end of that.")]
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
    private readonly CallActivity? _activity;

    /// <summary>Begins a map. Throws if the pool takes no more work or the function cannot be sent; then nothing has begun.</summary>
    internal MapRun(ProcessPool pool, Delegate function, IEnumerable<TItem> items, MapOptions options, CancellationToken cancellationToken)
    {
        var chunk = options.ChunkSize;
        var window = pool.WorkerCount * (chunk is { } size ? Math.Max(BatchesPerWorker, ChunkedItemsPerWorker / size) : BatchesPerWorker);
        int? known = items.TryGetNonEnumeratedCount(out var count) ? count : null;
        _map = new MapOperation<TResult>(new BatchSizer(chunk), window, known, cancellationToken);
        _activity = CallActivity.Begin("Multiprocessing.Map", function, pool.Name);
        try
        {
            var writer = new ItemWriter<TCall, TItem, TResult>(
                pool, _map, function, options.Timeout, options.Seed, options.Priority, options.Retry, _activity?.Trace);
            writer.CheckFunction();
            _feed = MapFeed.Of(items, _map, writer);
            _input = pool.OpenInput();
        }
        catch when (_activity is not null)
        {
            _activity.End("refused", isError: true);
            throw;
        }
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
            return Collect();
        }
        catch (Exception exception)
        {
            Abandon(exception);
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
            return Collect();
        }
        catch (Exception exception)
        {
            Abandon(exception);
            await _map.AllEnded.ConfigureAwait(false);
            throw;
        }
        finally
        {
            _map.Dispose();
        }
    }

    private TResult[] Collect()
    {
        var results = _map.Collect();
        _activity?.End("succeeded", isError: false);
        return results;
    }

    /// <summary>The input has failed, or an item: the rest is not wanted. Does nothing to a map that has ended.</summary>
    private void Abandon(Exception exception)
    {
        _map.Stop();
        EndInput();
        _activity?.End(exception is OperationCanceledException ? "canceled" : "failed", exception is not OperationCanceledException);
    }

    private void EndInput()
    {
        _map.Seal();
        _input.Dispose();
    }
}
