using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// A batch whose outcomes go into a block, from where their owner takes them, range by range. What needs the user's code to be read is read
/// on the thread pool, by one thread at a time (<see cref="Execute"/>).
/// </summary>
internal sealed class BatchTask<TResult> : BatchTask, IThreadPoolWorkItem
{
    private readonly ItemOwner<TResult> _owner;
    private readonly ItemBlock<TResult> _block;
    private readonly int _start;
    private readonly Lock _lock = new();
    private UnreadItems? _unread;
    private int _received;
    private int _delivered;
    private long _elapsed;
    private bool _isReading;
    private bool _hasEnded;
    private int _failed;
    private int _canceled;

    /// <param name="terms">What it has in common with the owner's other tasks.</param>
    /// <param name="layout">How its request lies in memory.</param>
    /// <param name="isChunk">Whether the caller has set its size.</param>
    /// <param name="owner">Whose items they are.</param>
    /// <param name="block">Where the outcomes go.</param>
    /// <param name="start">Where in the block those of the first item go.</param>
    /// <param name="count">How many items.</param>
    [SetsRequiredMembers]
    internal BatchTask(
        ItemTerms terms, BatchLayout layout, bool isChunk, ItemOwner<TResult> owner, ItemBlock<TResult> block, int start, int count)
        : base(terms, layout, isChunk)
    {
        _owner = owner;
        _block = block;
        _start = start;
        ItemCount = count;
    }

    internal override long ItemTicks => _owner.Sizer.ItemTicks;

    internal override int ReceivedItems => _received;

    internal override (int Failed, int Canceled) UnsuccessfulItems => (_failed, _canceled);

    internal override PoolTask SplitTail(int keep)
    {
        lock (_lock)
        {
            var tail = new BatchTask<TResult>(Terms, Layout, IsChunk, _owner, _block, _start + keep, ItemCount - keep)
            {
                Dispatcher = Dispatcher,
                Observation = Observation?.Split(),

                // An item may be late and its result out already: then that counts.
                _delivered = Math.Max(0, _delivered - keep),
            };
            WriteTail(tail, keep);
            ItemCount = keep;
            if (!_owner.TrackPart(tail))
            {
                tail.StopReason = StopReason.Canceled;
            }
            return tail;
        }
    }

    internal override void TakeResults(ReadOnlySpan<byte> results)
    {
        var count = results.Length / ResultSize;
        if (count > 0)
        {
            ref var first = ref _block.Values[_start + _received];
            Unsafe.CopyBlockUnaligned(ref Unsafe.As<TResult, byte>(ref first), ref Unsafe.AsRef(in results[0]), (uint)results.Length);
        }
        lock (_lock)
        {
            _received += count;
        }
    }

    internal override void TakeItem(
        int index, ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers = null, PayloadHolds? holds = null)
    {
        lock (_lock)
        {
            (_unread ??= new UnreadItems(symbols)).Add(index, response, buffers, holds);
            var status = response.IsEmpty ? ResponseStatus.Failed : (ResponseStatus)response[0];
            _canceled += status == ResponseStatus.Canceled ? 1 : 0;
            _failed += status is ResponseStatus.Ok or ResponseStatus.Canceled ? 0 : 1;
            if (ResultSize == 0)
            {
                _received = index + 1;
            }
        }
    }

    internal override void TakeEnd(long elapsedTicks) => _elapsed = elapsedTicks;

    internal override bool TryForget()
    {
        lock (_lock)
        {
            if (_isReading || _delivered > 0)
            {
                return false;
            }
            _received = _failed = _canceled = 0;
        }
        DiscardResponse();
        return true;
    }

    internal override void DiscardResponse()
    {
        UnreadItems? unread;
        lock (_lock)
        {
            unread = _unread;
            _unread = null;
        }
        unread?.Discard();
    }

    internal override void PublishProgress()
    {
        bool mustRead;
        lock (_lock)
        {
            if (!_owner.WantsProgress || _isReading || _hasEnded || _received == _delivered)
            {
                return;
            }
            _isReading = true;
            mustRead = _unread is not null;
        }
        Read(mustRead);
    }

    protected override void OnEnded()
    {
        if (_elapsed > 0 && ItemCount > 0)
        {
            _owner.Sizer.OnEnded(ItemCount, _elapsed);
        }
        bool mustRead;
        lock (_lock)
        {
            _hasEnded = true;
            if (_isReading)
            {
                return; // Whoever reads sees the end.
            }
            _isReading = true;
            mustRead = _unread is not null;
        }
        Read(mustRead);
    }

    private void Read(bool mayRunUserCode)
    {
        if (mayRunUserCode)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            Execute();
        }
    }

    /// <summary>Reads and passes on what is there, until nothing is.</summary>
    public void Execute()
    {
        while (true)
        {
            UnreadItems? unread;
            int from;
            int to;
            int limit;
            bool ends;
            lock (_lock)
            {
                unread = _unread;
                _unread = null;
                ends = _hasEnded;
                limit = ItemCount;
                from = _delivered;
                to = Math.Min(_received, limit);
                if (!ends && unread is null && from >= to)
                {
                    _isReading = false;
                    return;
                }
                _delivered = Math.Max(from, ends ? limit : to);
            }
            unread?.Read(_block, _start, limit);
            if (ends)
            {
                FailRest(from, to, limit);
                to = limit;
            }
            if (from < to)
            {
                _owner.OnReady(_block, _start + from, to - from, (unread?.TotalLength ?? 0) + ((to - from) * (long)ResultSize));
            }
            if (ends)
            {
                _owner.EndTask(this);
                return;
            }
        }
    }

    /// <summary>What the outcome of the batch means for its items.</summary>
    private void FailRest(int from, int received, int limit)
    {
        // A result that came too late is none.
        var failure = IsCanceled ? Cancellation() : Failure;
        for (var i = failure is null ? received : from; i < limit; i++)
        {
            _block.SetError(_start + i, failure ?? new InvalidOperationException("A worker has left an item out."));
        }
    }

    private void WriteTail(BatchTask<TResult> tail, int keep)
    {
        var offset = keep * ItemSize;
        for (var i = 0; i < keep && ItemSize == 0; i++)
        {
            offset += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(Items[offset..]);
        }
        var items = Items[offset..];
        var request = ArrayPool<byte>.Shared.Rent(Layout.PrefixLength + items.Length);
        Prefix.CopyTo(request);
        items.CopyTo(request.AsSpan(Layout.PrefixLength));
        if (Layout.SeedEnd > 0)
        {
            var place = request.AsSpan(Layout.SeedEnd - sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(place, BinaryPrimitives.ReadInt64LittleEndian(place) + keep);
        }
        tail.SetRequest(request.AsSpan(0, Layout.PrefixLength + items.Length), HighestSymbol);
        ArrayPool<byte>.Shared.Return(request);
    }
}
