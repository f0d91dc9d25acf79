using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// Turns the items of a map or stream into tasks. Each item is serialized when it comes, by itself, so that what is wrong with it is known
/// then and concerns no other. For one thread at a time; only <see cref="Flush"/> may be called by another one meanwhile.
/// </summary>
internal sealed class ItemWriter<TCall, TItem, TResult>
    where TCall : PoolCall
{
    private readonly Lock _lock = new();
    private readonly ProcessPool _pool;
    private readonly ItemOwner<TResult> _owner;
    private readonly ItemTerms _terms;
    private readonly RequestHeads.Head? _head;
    private readonly long? _seed;
    private readonly TraceContext? _trace;
    private readonly int _itemSize;
    private readonly int _resultSize;
    private readonly int _most;
    private byte[] _buffer = [];
    private int _length;
    private int _prefixLength;
    private int _highestSymbol;
    private int _seedEnd;
    private long _sent;
    private int _count;
    private long _flushes;
    private Exception? _failure;

    internal ItemWriter(ProcessPool pool, ItemOwner<TResult> owner, Delegate function, TimeSpan timeout, long? seed, TaskPriority priority, RetryPolicy? retry, TraceContext? trace)
    {
        _pool = pool;
        _owner = owner;
        _seed = seed;
        _terms = new ItemTerms(function, CallType<TCall>.TakesToken, DispatcherSettings.Ticks(timeout), priority, retry ?? pool.Retry);
        _trace = trace;
        _head = RequestHeads.Of(CallType<TCall>.Symbol, function) is { Bytes.Length: <= BatchLimits.MaxPrefix / 2 } head ? head : null;
        _itemSize = _head is not null ? BatchLimits.RawSize<TItem>() : 0;
        _resultSize = _head is not null && pool.TakesRawResults ? BatchLimits.RawSize<TResult>() : 0;
        _most = BatchLimits.MaxItems(_itemSize, _resultSize);
    }

    /// <summary>How many items go into a batch now.</summary>
    private int Wanted => Math.Min(_owner.Sizer.Size, _most);

    /// <summary>Whether items are waiting for more of them.</summary>
    internal bool HasItems => _count > 0;

    /// <summary>Changes whenever a batch is sent.</summary>
    internal long Flushes => _flushes;

    /// <summary>Throws if the function cannot be sent: who calls wants to know that at once, not with the first item.</summary>
    internal void CheckFunction()
    {
        if (_head is not null)
        {
            return; // It was written.
        }
        var writer = PayloadWriter.Rent();
        try
        {
            writer.KeepsHolds = true;
            writer.AcceptsProgress = true;
            Serializer.Write(writer, _terms.Function);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Adds an item.</summary>
    /// <returns>Whether a batch is full, so that <see cref="Flush"/> is due.</returns>
    internal bool Add(TItem item)
    {
        ThrowIfFailed();
        return _itemSize > 0 ? AddRaw(item) : AddPayload(item);
    }

    /// <summary>Adds as many raw items as fit the batch; for the thread that is the only one.</summary>
    /// <returns>How many; then <see cref="Flush"/> is due.</returns>
    internal int AddRange(ReadOnlySpan<TItem> items)
    {
        if (_itemSize == 0)
        {
            var added = 1;
            while (!Add(items[added - 1]) && added < items.Length)
            {
                added++;
            }
            return added;
        }
        ThrowIfFailed();
        if (_count == 0)
        {
            Begin();
        }
        var count = Math.Min(items.Length, Math.Max(1, Wanted - _count));
        Unsafe.CopyBlockUnaligned(
            ref _buffer[_length], ref Unsafe.As<TItem, byte>(ref Unsafe.AsRef(in items[0])), (uint)(count * _itemSize));
        _length += count * _itemSize;
        _count += count;
        return count;
    }

    /// <summary>Sends what is there.</summary>
    internal void Flush()
    {
        lock (_lock)
        {
            ThrowIfFailed();
            if (_count > 0)
            {
                Submit();
            }
        }
    }

    /// <summary>As <see cref="Flush"/>, while the next item is awaited: what goes wrong is said to the next who adds or flushes.</summary>
    internal void FlushLate()
    {
        lock (_lock)
        {
            try
            {
                Flush();
            }
            catch (Exception exception)
            {
                // The pool takes no more work.
                _failure = exception;
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private bool AddRaw(TItem item)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                Begin();
            }
            Unsafe.WriteUnaligned(ref _buffer[_length], item);
            _length += _itemSize;
            return ++_count >= Wanted;
        }
    }

    private bool AddPayload(TItem item)
    {
        var sink = _pool.SinkOfThisThread;
        var writer = PayloadWriter.Rent(sink);
        try
        {
            // Outside the lock: this may run the user's code.
            writer.KeepsHolds = true;
            writer.AcceptsProgress = true;
            if (_head is null)
            {
                writer.WriteSymbol(CallType<TCall>.Symbol);
                Serializer.Write(writer, _terms.Function);
            }
            Serializer.Write(writer, item);
            var buffers = sink?.Detach();
            var holds = writer.TakeHolds();
            lock (_lock)
            {
                if (buffers is not null || holds is not null || writer.Length > BatchLimits.MaxItem)
                {
                    SubmitSolo(writer, buffers, holds);
                    return true;
                }
                if (_count > 0 && _length - _prefixLength + sizeof(int) + writer.Length > BatchLimits.MaxBytes)
                {
                    Submit();
                }
                Append(writer);
                return _count >= Wanted;
            }
        }
        catch
        {
            sink?.Detach()?.Dispose();
            throw;
        }
        finally
        {
            writer.Return();
        }
    }

    private void Append(PayloadWriter item)
    {
        if (_count == 0)
        {
            Begin();
        }
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), item.Length);
        item.Written.CopyTo(_buffer.AsSpan(_length + sizeof(int)));
        _length += sizeof(int) + item.Length;
        _highestSymbol = Math.Max(_highestSymbol, item.HighestSymbol);
        _count++;
    }

    /// <summary>Begins a batch: what all its items have in common.</summary>
    private void Begin()
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(BatchLimits.MaxPrefix + BatchLimits.MaxBytes + BatchLimits.MaxItem);
        }
        _prefixLength = _length = WritePrefix(_buffer);
        _highestSymbol = _head?.HighestSymbol ?? -1;
    }

    private int WritePrefix(Span<byte> prefix)
    {
        var writer = PayloadWriter.Rent();
        try
        {
            // The seed stands before the head, whose bytes follow their number.
            RequestWriter.WritePrefix(writer, null, StreamSeed.Of(_seed, _sent), _pool.Cultures, _trace);
            _seedEnd = _seed is null ? 0 : writer.Length;
            writer.Clear();
            RequestWriter.WritePrefix(writer, _head, StreamSeed.Of(_seed, _sent), _pool.Cultures, _trace);
            writer.Written.CopyTo(prefix);
            return writer.Length;
        }
        finally
        {
            writer.Return();
        }
    }

    private void Submit()
    {
        var count = _count;
        _sent += count;
        var block = _owner.NextBlock(count, _length, out var start);
        var layout = new BatchLayout(_prefixLength, _itemSize, _resultSize, _seedEnd);
        var batch = new BatchTask<TResult>(_terms, layout, _owner.Sizer.IsFixed, _owner, block, start, count);
        if (batch.TakeRequest(_buffer, _length, _highestSymbol))
        {
            _buffer = [];
        }
        _count = 0;
        Submit(batch);
    }

    private void SubmitSolo(PayloadWriter item, IDisposable? buffers, PayloadHolds? holds)
    {
        if (_count > 0)
        {
            Submit();
        }
        var block = _owner.NextBlock(1, item.Length + ((buffers as LargeBufferSink)?.TotalLength ?? 0), out var start);
        var task = new SoloItem<TResult>(_terms, _owner, block, start) { LargeBuffers = buffers, Holds = holds };
        var request = ArrayPool<byte>.Shared.Rent(BatchLimits.MaxPrefix + item.Length);
        var prefix = WritePrefix(request);
        item.Written.CopyTo(request.AsSpan(prefix));
        _sent++;
        if (!task.TakeRequest(request, prefix + item.Length, Math.Max(_head?.HighestSymbol ?? -1, item.HighestSymbol)))
        {
            ArrayPool<byte>.Shared.Return(request);
        }
        Submit(task);
    }

    private void Submit(PoolTask task)
    {
        _flushes++;
        task.Observation = TaskObservation.OfItems(_pool.Name);
        _owner.OnTaskBegins();
        try
        {
            _pool.Submit(task);
        }
        catch
        {
            _owner.EndTask(task);
            throw;
        }
        _owner.Track(task);
    }
}
