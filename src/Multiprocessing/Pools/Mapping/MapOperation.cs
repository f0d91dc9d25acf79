using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>
/// One map: hands the items over, as many at a time as the workers can use, waits for all of them, and only then says how it went. One
/// thread at a time submits; items end on any thread.
/// </summary>
internal sealed class MapOperation<TResult>(int window, CancellationToken callersToken) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<MapItem<TResult>> _items = [];
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private volatile TaskCompletionSource? _waitingForRoom;
    private volatile bool _isStopped;

    /// <summary>Items under way, and one for the submitter until it is done.</summary>
    private int _pending = 1;

    internal Task AllEnded => _allEnded.Task;

    /// <summary>Items that were submitted. For the submitter.</summary>
    internal int Count => _items.Count;

    /// <summary>From here on the caller's token stops everything; once for all items, not once per item.</summary>
    internal void Begin() => _registration = callersToken.UnsafeRegister(static map => ((MapOperation<TResult>)map!).Stop(), this);

    /// <summary>
    /// Ends when another item may be submitted. Once the window is full it has to be half empty again: a submitter that is woken for
    /// every single item does nothing else than wake up.
    /// </summary>
    internal Task RoomAsync()
    {
        if (Volatile.Read(ref _pending) <= window)
        {
            return Task.CompletedTask;
        }
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waitingForRoom = room;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pending) <= window / 2)
        {
            room.TrySetResult();
        }
        return room.Task;
    }

    internal void ThrowIfStopped()
    {
        if (_isStopped)
        {
            throw new OperationCanceledException(callersToken);
        }
    }

    /// <summary>An item is about to be submitted; <see cref="Add"/> or <see cref="OnItemEnded"/> follows.</summary>
    internal void BeginItem() => Interlocked.Increment(ref _pending);

    internal void Add(MapItem<TResult> item)
    {
        lock (_gate)
        {
            _items.Add(item);
        }
        if (_isStopped)
        {
            item.Cancel();
        }
    }

    /// <summary>The rest is of no use: the caller's token, or something other than an item, went wrong.</summary>
    internal void Stop()
    {
        _isStopped = true;
        MapItem<TResult>[] items;
        lock (_gate)
        {
            items = [.. _items];
        }

        // The last ones first: they are in the queue, and no worker is killed to be given one of them next.
        for (var i = items.Length - 1; i >= 0; i--)
        {
            items[i].Cancel();
        }
    }

    /// <summary>No more items come.</summary>
    internal void Seal() => OnItemEnded();

    internal void OnItemEnded()
    {
        var pending = Interlocked.Decrement(ref _pending);
        if (pending <= window / 2)
        {
            _waitingForRoom?.TrySetResult();
        }
        if (pending == 0)
        {
            _allEnded.SetResult();
        }
    }

    /// <summary>All items have ended: their results, or what is to be thrown.</summary>
    internal TResult[] Collect()
    {
        var results = new TResult[_items.Count];
        Exception? failure = null;
        for (var i = 0; i < results.Length; i++)
        {
            var item = _items[i];
            if (item.WasCanceled && callersToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(callersToken);
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

    public void Dispose() => _registration.Dispose();
}
