using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>
/// One map: hands the items over, as many at a time as the workers can use, waits for all of them, and only then says how it went. One
/// thread at a time submits; items end on any thread.
/// </summary>
internal sealed class MapOperation<TResult> : ItemOwner<TResult>, IDisposable
{
    private readonly int _window;
    private readonly CancellationToken _callersToken;
    private readonly TResult[]? _whole;
    private readonly List<ItemBlock<TResult>> _blocks = [];
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private volatile TaskCompletionSource? _waitingForRoom;
    private int _inWhole;
    private bool _isSealed;
    private long _count;

    /// <summary>Tasks under way, and one for the submitter until it is done.</summary>
    private int _pending = 1;

    /// <param name="sizer">How many items travel together.</param>
    /// <param name="window">How many tasks may be under way.</param>
    /// <param name="knownCount">How many items there are, if that is known; it need not be right.</param>
    /// <param name="callersToken">Stops everything.</param>
    internal MapOperation(BatchSizer sizer, int window, int? knownCount, CancellationToken callersToken)
        : base(sizer)
    {
        _window = window;
        _callersToken = callersToken;
        if (knownCount is { } count)
        {
            _whole = new TResult[count];
            _blocks.Add(new ItemBlock<TResult>(_whole));
        }
    }

    internal Task AllEnded => _allEnded.Task;

    internal override bool WantsProgress => false;

    /// <summary>From here on the caller's token stops everything; once for all items, not once per item.</summary>
    internal void Begin() => _registration = _callersToken.UnsafeRegister(static map => ((MapOperation<TResult>)map!).Stop(), this);

    /// <summary>Whether another task may be submitted.</summary>
    internal bool HasRoom => Volatile.Read(ref _pending) <= _window;

    /// <summary>
    /// Ends when another task may be submitted. Once the window is full it has to be half empty again: a submitter that is woken for
    /// every single task does nothing else than wake up.
    /// </summary>
    internal Task RoomAsync()
    {
        if (HasRoom)
        {
            return Task.CompletedTask;
        }
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waitingForRoom = room;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pending) <= _window / 2)
        {
            room.TrySetResult();
        }
        return room.Task;
    }

    internal void ThrowIfStopped()
    {
        if (IsStopped)
        {
            throw new OperationCanceledException(_callersToken);
        }
    }

    /// <summary>No more items come. May be called again.</summary>
    internal void Seal()
    {
        if (!_isSealed)
        {
            _isSealed = true;
            OnTaskEnded();
        }
    }

    internal override ItemBlock<TResult> NextBlock(int count, long requestBytes, out int start)
    {
        _count += count;
        if (_whole is { } whole && _blocks.Count == 1 && _inWhole + count <= whole.Length)
        {
            start = _inWhole;
            _inWhole += count;
            return _blocks[0];
        }
        start = 0;
        _blocks.Add(new ItemBlock<TResult>(new TResult[count]));
        return _blocks[^1];
    }

    internal override void OnTaskBegins() => Interlocked.Increment(ref _pending);

    internal override void OnReady(ItemBlock<TResult> block, int start, int count, long resultBytes)
    {
        // What counts is that all tasks have ended.
    }

    /// <summary>All items have ended: their results, or what is to be thrown.</summary>
    internal TResult[] Collect()
    {
        ThrowIfFailed();
        if (_blocks.Count == 1 && _whole is { } whole && _inWhole == whole.Length)
        {
            return whole;
        }
        var results = new TResult[_count];
        long filled = 0;
        foreach (var block in _blocks)
        {
            var length = block.Values == _whole ? _inWhole : block.Values.Length;
            Array.Copy(block.Values, 0, results, filled, length);
            filled += length;
        }
        return results;
    }

    public void Dispose() => _registration.Dispose();

    protected override void OnTaskEnded()
    {
        var pending = Interlocked.Decrement(ref _pending);
        if (pending <= _window / 2)
        {
            _waitingForRoom?.TrySetResult();
        }
        if (pending == 0)
        {
            _allEnded.SetResult();
        }
    }

    /// <summary>The first failure by order of the items, so that the same input always gives the same exception.</summary>
    private void ThrowIfFailed()
    {
        if (_callersToken.IsCancellationRequested && _blocks.Exists(static block => block.HasCanceled))
        {
            throw new OperationCanceledException(_callersToken);
        }
        foreach (var block in _blocks)
        {
            var first = block.FirstError(0, block.Values.Length);
            if (first >= 0)
            {
                ExceptionDispatchInfo.Throw(block.ErrorAt(first)!);
            }
        }
    }
}
