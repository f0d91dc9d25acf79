using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T>
{
    /// <summary>Puts an item in; waits while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; the item was not put.</param>
    /// <exception cref="QueueCompletedException">The queue was completed.</exception>
    /// <exception cref="UnserializableException">The item cannot be sent.</exception>
    /// <exception cref="InsufficientMemoryException">
    /// The item is large, and the system has no memory for it, or this process no descriptor. The item was not put.
    /// </exception>
    /// <exception cref="IOException">
    /// The item is large, or refers to shared objects, and the root of the tree cannot keep that: it is gone, or has no descriptor left. The
    /// item was not put.
    /// </exception>
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

    private bool Put(T item, Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (QueueItems<T>.IsOneCell && _port.TryPutOne(item) == QueueOutcome.Done)
        {
            GC.KeepAlive(this);
            return true;
        }

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
        if (TryPutNow(bytes, message))
        {
            return true;
        }

        var attempt = new PutAttempt(this, bytes, message);
        bool put = _port.Room.Pass(ref attempt, deadline, cancellationToken);
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
            return TryPutNow(bytes) ? new ValueTask<bool>(true) : PutAsync(bytes.ToArray(), null, deadline, cancellationToken);
        }

        QueueMessage message = Serialize(item);
        return PutAsync(null, message, deadline, cancellationToken);
    }

    /// <summary>A number's bytes, or a message.</summary>
    private async ValueTask<bool> PutAsync(byte[]? bytes, QueueMessage? message, Deadline deadline, CancellationToken cancellationToken)
    {
        using QueueMessage? delivery = message;
        bool put = await _port.Room.PassAsync(Try, deadline, cancellationToken).ConfigureAwait(false);
        GC.KeepAlive(this);
        return put;

        bool Try() => TryPutNow(message is null ? bytes : message.Bytes, message);
    }

    private bool TryPutNow(ReadOnlySpan<byte> bytes, QueueMessage? message = null)
    {
        ThrowIfDisposed();
        switch (_port.TryPut(bytes, message?.Elsewhere ?? 0))
        {
            case QueueOutcome.Done:
                message?.Delivered();
                GC.KeepAlive(this);
                return true;
            case QueueOutcome.Completed:
                throw Refused();
            default:
                return false;
        }
    }

    private static QueueCompletedException Refused() => new("The queue was completed: nothing can be put any more.");

    private QueueMessage Serialize(T item) => QueueMessage.Of(item, _port);

    private readonly ref struct PutAttempt(ProcessQueue<T> queue, ReadOnlySpan<byte> bytes, QueueMessage? message) : IAttempt
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public bool Try() => queue.TryPutNow(_bytes, message);
    }
}
