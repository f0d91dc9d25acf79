using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T>
{
    /// <summary>Puts an item in; waits while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; the item was not put.</param>
    /// <exception cref="QueueCompletedException">The queue was completed.</exception>
    /// <exception cref="UnserializableException">The item cannot be sent.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public void Put(T item, CancellationToken cancellationToken = default) => Put(item, Deadline.Never, cancellationToken);

    /// <summary>Puts an item in if there is room, or there is before the time is over.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait for room: zero (the default), positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait; the item was not put.</param>
    /// <returns>Whether the item was put.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        Put(item, Deadline.After(timeout), cancellationToken);

    /// <summary>Puts an item in; waits while the queue is full, without blocking a thread.</summary>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    public async ValueTask PutAsync(T item, CancellationToken cancellationToken = default) =>
        await PutAsync(item, Deadline.Never, cancellationToken).ConfigureAwait(false);

    /// <summary>Puts an item in if there is room, or there is before the time is over; does not block a thread.</summary>
    /// <inheritdoc cref="TryPut" path="/param"/>
    /// <inheritdoc cref="TryPut" path="/returns"/>
    /// <inheritdoc cref="TryPut" path="/exception"/>
    public ValueTask<bool> TryPutAsync(T item, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        PutAsync(item, Deadline.After(timeout), cancellationToken);

    /// <summary>Puts items in, one after the other; waits while the queue is full. Faster than one call for each.</summary>
    /// <param name="items">The items. If one fails, those before it have been put.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    public void PutMany(ReadOnlySpan<T> items, CancellationToken cancellationToken = default)
    {
        if (QueueItems<T>.IsPlain)
        {
            PutPlain(items, cancellationToken);
            return;
        }

        foreach (T item in items)
        {
            Put(item, Deadline.Never, cancellationToken);
        }
    }

    /// <inheritdoc cref="PutMany(ReadOnlySpan{T}, CancellationToken)"/>
    public void PutMany(IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (QueueItems<T>.IsPlain && items is T[] array)
        {
            PutPlain(array, cancellationToken);
            return;
        }

        foreach (T item in items)
        {
            Put(item, Deadline.Never, cancellationToken);
        }
    }

    private void PutPlain(ReadOnlySpan<T> items, CancellationToken cancellationToken)
    {
        while (!items.IsEmpty)
        {
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            switch (_ring.TryPutMany(items, out int count))
            {
                case QueueOutcome.Done:
                    _items.Raise(count);
                    break;
                case QueueOutcome.Completed:
                    throw Refused();
                default:
                    count = 1;
                    Put(items[0], Deadline.Never, cancellationToken);
                    break;
            }

            items = items[count..];
        }

        GC.KeepAlive(this);
    }

    private bool Put(T item, Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (QueueItems<T>.IsPlain)
        {
            return Put(QueueItems<T>.BytesOf(ref item), deadline, cancellationToken);
        }

        using QueueMessage message = Serialize(item);
        bool put = Put(message.Bytes, deadline, cancellationToken, message);
        GC.KeepAlive(this);
        return put;
    }

    private bool Put(ReadOnlySpan<byte> bytes, Deadline deadline, CancellationToken cancellationToken, QueueMessage? message = null)
    {
        bool put = TryPutNow(bytes, message) || PutSlowly(bytes, message, deadline, cancellationToken);
        GC.KeepAlive(this);
        return put;
    }

    private ValueTask<bool> PutAsync(T item, Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (QueueItems<T>.IsPlain)
        {
            ReadOnlySpan<byte> bytes = QueueItems<T>.BytesOf(ref item);
            return TryPutNow(bytes) ? new ValueTask<bool>(true) : PutSlowlyAsync(bytes.ToArray(), null, deadline, cancellationToken);
        }

        QueueMessage message = Serialize(item);
        return PutSlowlyAsync(message.Bytes, message, deadline, cancellationToken);
    }

    private bool TryPutNow(ReadOnlySpan<byte> bytes, QueueMessage? message = null)
    {
        ThrowIfDisposed();
        switch (_ring.TryPut(bytes, message?.Elsewhere ?? 0))
        {
            case QueueOutcome.Done:
                message?.Delivered();
                _items.Raise();
                return true;
            case QueueOutcome.Completed:
                throw Refused();
            default:
                return false;
        }
    }

    private bool PutSlowly(ReadOnlySpan<byte> bytes, QueueMessage? message, Deadline deadline, CancellationToken cancellationToken)
    {
        if (deadline.Remaining <= TimeSpan.Zero)
        {
            return false;
        }

        long until = _spinning.Begin();
        if (until != 0)
        {
            bool put = false;
            while (!put && Stopwatch.GetTimestamp() < until)
            {
                Pause.Once();
                put = TryPutNow(bytes, message);
            }

            _spinning.End(put);
            if (put)
            {
                return true;
            }
        }

        bool done = false;
        try
        {
            while (true)
            {
                uint epoch = _room.Epoch;
                int seen = _room.Prepare();
                if (done = TryPutNow(bytes, message))
                {
                    return true;
                }

                switch (_room.Wait(seen, epoch, deadline, cancellationToken))
                {
                    case WaitOutcome.TimedOut:
                        return done = TryPutNow(bytes, message);
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _room.Leave(isMore: !done || !IsFullNow);
        }
    }

    private async ValueTask<bool> PutSlowlyAsync(
        byte[] bytes, QueueMessage? message, Deadline deadline, CancellationToken cancellationToken)
    {
        using QueueMessage? delivery = message;
        if (TryPutNow(bytes, message))
        {
            return true;
        }

        if (deadline.Remaining <= TimeSpan.Zero)
        {
            return false;
        }

        bool done = false;
        try
        {
            while (true)
            {
                uint epoch = _room.Epoch;
                int seen = _room.Prepare();
                if (done = TryPutNow(bytes, message))
                {
                    return true;
                }

                switch (await _room.WaitAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false))
                {
                    case WaitOutcome.TimedOut:
                        return done = TryPutNow(bytes, message);
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _room.Leave(isMore: !done || !IsFullNow);
            GC.KeepAlive(this);
        }
    }

    private static QueueCompletedException Refused() => new("The queue was completed: nothing can be put any more.");

    private QueueMessage Serialize(T item) => QueueMessage.Of(item, _block, _ring.LargestItem);

    private bool IsFullNow => _ring.Count >= _ring.Capacity;
}
