using Multiprocessing.Pools;

namespace Multiprocessing;

/// <content>How maps and streams become calls.</content>
public sealed partial class ProcessPool
{
    /// <summary>Batches that a map has under way per worker: one that runs, one in advance, and what the submitter needs to be woken.</summary>
    private const int BatchesPerWorker = 4;

    /// <summary>Chunks set by hand may be small: so many items per worker in advance keep it busy.</summary>
    private const int ChunkedItemsPerWorker = 1024;

    private TResult[] MapItems<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        cancellationToken.ThrowIfCancellationRequested();
        using var input = OpenInput();
        using var map = BeginMap<TItem, TResult>(items, options, cancellationToken);
        try
        {
            var writer = NewWriter<TCall, TItem, TResult>(map, function, options);
            if (items is TItem[] array)
            {
                for (var done = 0; done < array.Length;)
                {
                    map.RoomAsync().Wait(CancellationToken.None);
                    map.ThrowIfStopped();
                    done += writer.AddRange(array.AsSpan(done));
                    writer.Flush();
                }
            }
            else
            {
                using var late = new LateFlush(writer.FlushLate);
                foreach (var item in items)
                {
                    map.ThrowIfStopped();
                    if (writer.Add(item))
                    {
                        map.RoomAsync().Wait(CancellationToken.None);
                        map.ThrowIfStopped();
                        writer.Flush();
                    }
                    late.Arm(writer.HasItems && !map.Sizer.IsFixed);
                }
                writer.Flush();
            }
        }
        catch
        {
            map.Stop();
            map.Seal();
            map.AllEnded.Wait(CancellationToken.None);
            throw;
        }
        map.Seal();
        input.Dispose();
        map.AllEnded.Wait(CancellationToken.None);
        return map.Collect();
    }

    private Task<TResult[]> MapItemsAsync<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<TResult[]>(cancellationToken)
            : MapCoreAsync<TCall, TItem, TResult>(function, items, options, cancellationToken);
    }

    private async Task<TResult[]> MapCoreAsync<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        using var input = OpenInput();
        using var map = BeginMap<TItem, TResult>(items, options, cancellationToken);
        try
        {
            var writer = NewWriter<TCall, TItem, TResult>(map, function, options);
            if (items is TItem[] array)
            {
                for (var done = 0; done < array.Length;)
                {
                    await map.RoomAsync().ConfigureAwait(false);
                    map.ThrowIfStopped();
                    done += writer.AddRange(array.AsSpan(done));
                    writer.Flush();
                }
            }
            else
            {
                using var late = new LateFlush(writer.FlushLate);
                foreach (var item in items)
                {
                    map.ThrowIfStopped();
                    if (writer.Add(item))
                    {
                        await map.RoomAsync().ConfigureAwait(false);
                        map.ThrowIfStopped();
                        writer.Flush();
                    }
                    late.Arm(writer.HasItems && !map.Sizer.IsFixed);
                }
                writer.Flush();
            }
        }
        catch
        {
            map.Stop();
            map.Seal();
            await map.AllEnded.ConfigureAwait(false);
            throw;
        }
        map.Seal();
        input.Dispose();
        await map.AllEnded.ConfigureAwait(false);
        return map.Collect();
    }

    /// <summary>A map or stream is about to read its input; what it submits is taken until that is disposed of.</summary>
    internal OpenInput OpenInput()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new OpenInput(_dispatcher);
    }

    private ItemWriter<TCall, TItem, TResult> NewWriter<TCall, TItem, TResult>(MapOperation<TResult> map, Delegate function, MapOptions? options)
        where TCall : PoolCall
    {
        options ??= new MapOptions();
        return new ItemWriter<TCall, TItem, TResult>(this, map, function, options.Timeout, options.Seed, options.Priority, options.Retry);
    }

    private MapOperation<TResult> BeginMap<TItem, TResult>(IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
    {
        var chunk = options?.ChunkSize;
        var window = WorkerCount * (chunk is { } size ? Math.Max(BatchesPerWorker, ChunkedItemsPerWorker / size) : BatchesPerWorker);
        int? known = items.TryGetNonEnumeratedCount(out var count) ? count : null;
        var map = new MapOperation<TResult>(new BatchSizer(chunk), window, known, cancellationToken);
        map.Begin();
        return map;
    }

    private ResultStream<TCall, TItem, TResult> StreamAsync<TCall, TItem, TResult>(
        Delegate function, IAsyncEnumerable<TItem> items, MapStreamOptions? options, bool isOrdered, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        options ??= new MapStreamOptions();
        return new ResultStream<TCall, TItem, TResult>(this, function, items, options, isOrdered, cancellationToken);
    }

    private ResultStream<TCall, TItem, TResult> StreamAsync<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapStreamOptions? options, bool isOrdered, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(items);
        return StreamAsync<TCall, TItem, TResult>(function, new AsyncInput<TItem>(items), options, isOrdered, cancellationToken);
    }

    private BlockingStream<TResult> Stream<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapStreamOptions? options, bool isOrdered, CancellationToken cancellationToken)
        where TCall : PoolCall => new(StreamAsync<TCall, TItem, TResult>(function, items, options, isOrdered, cancellationToken));
}
