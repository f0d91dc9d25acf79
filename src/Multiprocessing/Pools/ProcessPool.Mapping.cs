using Multiprocessing.Pools;

namespace Multiprocessing;

/// <content>How maps and streams become calls.</content>
public sealed partial class ProcessPool
{
    /// <summary>Results that a stream holds per worker unless told otherwise.</summary>
    private const int ReadAheadPerWorker = 64;

    private int MapWindow => WorkerCount * PrefetchDepth.Most * 2;

    private TResult[] MapItems<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        cancellationToken.ThrowIfCancellationRequested();
        using var input = OpenInput();
        using var map = new MapOperation<TResult>(MapWindow, cancellationToken);
        map.Begin();
        try
        {
            foreach (var item in items)
            {
                map.RoomAsync().Wait(CancellationToken.None);
                SubmitItem<TCall, TItem, TResult>(map, function, item, options);
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
        using var map = new MapOperation<TResult>(MapWindow, cancellationToken);
        map.Begin();
        try
        {
            foreach (var item in items)
            {
                await map.RoomAsync().ConfigureAwait(false);
                SubmitItem<TCall, TItem, TResult>(map, function, item, options);
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

    private void SubmitItem<TCall, TItem, TResult>(MapOperation<TResult> map, Delegate function, TItem argument, MapOptions? options)
        where TCall : PoolCall
    {
        map.ThrowIfStopped();
        var item = new MapItem<TResult>(map)
        {
            Function = function,
            Token = CancellationToken.None,
            TakesToken = CallType<TCall>.TakesToken,
            TimeoutTicks = options is null ? -1 : DispatcherSettings.Ticks(options.Timeout),
            StreamSeed = StreamSeed.Of(options?.Seed, map.Count),
            Priority = options?.Priority ?? TaskPriority.Normal,
            IsPartOfInput = true,
        };
        map.BeginItem();
        try
        {
            Submit<TCall, TItem>(item, argument);
        }
        catch
        {
            map.OnItemEnded();
            throw;
        }
        map.Add(item);
    }

    private ResultStream<TCall, TItem, TResult> StreamAsync<TCall, TItem, TResult>(
        Delegate function, IAsyncEnumerable<TItem> items, MapStreamOptions? options, bool isOrdered, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        options ??= new MapStreamOptions();
        var readAhead = options.ReadAhead ?? ReadAheadPerWorker * WorkerCount;
        return new ResultStream<TCall, TItem, TResult>(this, function, items, options, readAhead, isOrdered, cancellationToken);
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
