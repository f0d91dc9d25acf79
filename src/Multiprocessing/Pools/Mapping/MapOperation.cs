using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>
/// One map: hands the items over, as many at a time as the workers can use, waits for all of them, and only then says how it went.
/// </summary>
internal sealed class MapOperation<TResult> : IDisposable
{
    private readonly List<MapItem<TResult>> _items = [];
    private readonly SemaphoreSlim _window;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _callersToken;
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pending = 1;

    internal MapOperation(int window, CancellationToken cancellationToken)
    {
        _window = new SemaphoreSlim(window);
        _callersToken = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Room for one more item. Every item gives it back when it ends.</summary>
    internal SemaphoreSlim Window => _window;

    internal CancellationToken Token => _stop.Token;

    internal Task AllEnded => _allEnded.Task;

    /// <summary>Something other than an item went wrong: the rest is of no use.</summary>
    internal void Stop() => _stop.Cancel();

    /// <summary>An item is about to be submitted; <see cref="Add"/> or <see cref="OnItemEnded"/> follows.</summary>
    internal void Begin() => Interlocked.Increment(ref _pending);

    internal void Add(MapItem<TResult> item) => _items.Add(item);

    /// <summary>No more items come.</summary>
    internal void Seal() => Release();

    internal void OnItemEnded()
    {
        _window.Release();
        Release();
    }

    /// <summary>All items have ended: their results, or what is to be thrown.</summary>
    internal TResult[] Collect()
    {
        var results = new TResult[_items.Count];
        Exception? failure = null;
        for (var i = 0; i < results.Length; i++)
        {
            var item = _items[i];
            if (item.WasCanceled && _callersToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(_callersToken);
            }
            failure ??= item.WasCanceled ? item.WhyCanceled : item.Error;
            results[i] = item.Value;
        }
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        return results;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _window.Dispose();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _allEnded.SetResult();
        }
    }
}
