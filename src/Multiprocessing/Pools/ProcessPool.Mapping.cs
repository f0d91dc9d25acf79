using Multiprocessing.Pools;

namespace Multiprocessing;

/// <content>How maps and streams become calls.</content>
public sealed partial class ProcessPool
{
    private TResult[] MapItems<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        cancellationToken.ThrowIfCancellationRequested();
        return new MapRun<TCall, TItem, TResult>(this, function, items, options ?? new MapOptions(), cancellationToken).Run();
    }

    private Task<TResult[]> MapItemsAsync<TCall, TItem, TResult>(
        Delegate function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult[]>(cancellationToken);
        }
        var map = new MapRun<TCall, TItem, TResult>(this, function, items, options ?? new MapOptions(), cancellationToken);

        // Not here: an input that is slow, endless or only long would keep the caller as long as the workers have room.
        return Task.Run(map.RunAsync, CancellationToken.None);
    }

    /// <summary>A map or stream is about to read its input; what it submits is taken until that is disposed of.</summary>
    internal OpenInput OpenInput()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new OpenInput(_dispatcher);
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
