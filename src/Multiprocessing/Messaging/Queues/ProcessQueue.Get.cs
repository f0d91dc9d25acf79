using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T>
{
    /// <summary>Takes the next item; waits until there is one.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueueCompletedException">The queue was completed, and everything was taken.</exception>
    /// <exception cref="PayloadException">The item cannot be read here. It is used up.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public T Get(CancellationToken cancellationToken = default)
    {
        QueueOutcome outcome = Get(out T? item, Deadline.Never, cancellationToken);
        GC.KeepAlive(this);
        return outcome == QueueOutcome.Done ? item! : throw Ended();
    }

    /// <summary>Takes the next item if there is one, or there is before the time is over.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait: zero (the default), positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if there was none; also if the queue was completed and everything was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="PayloadException">The item cannot be read here. It is used up.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        QueueOutcome outcome = Get(out item, Deadline.After(timeout), cancellationToken);
        GC.KeepAlive(this);
        return outcome == QueueOutcome.Done;
    }

    /// <summary>Takes the next item; waits until there is one, without blocking a thread.</summary>
    /// <inheritdoc cref="Get(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/exception"/>
    public async ValueTask<T> GetAsync(CancellationToken cancellationToken = default)
    {
        (QueueOutcome outcome, T? item) = await GetAsync(Deadline.Never, cancellationToken).ConfigureAwait(false);
        return outcome == QueueOutcome.Done ? item! : throw Ended();
    }

    /// <summary>Takes the next item if there is one, or there is before the time is over; does not block a thread.</summary>
    /// <param name="timeout">How long to wait: zero (the default), positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was one, and the item.</returns>
    /// <inheritdoc cref="TryGet" path="/exception"/>
    public async ValueTask<(bool IsTaken, T? Item)> TryGetAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        (QueueOutcome outcome, T? item) = await GetAsync(Deadline.After(timeout), cancellationToken).ConfigureAwait(false);
        return (outcome == QueueOutcome.Done, item);
    }

    /// <summary>Takes items until the queue is completed and everything was taken.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <inheritdoc cref="TryGet" path="/exception"/>
    public IEnumerable<T> GetAll(CancellationToken cancellationToken = default)
    {
        while (Get(out T? item, Deadline.Never, cancellationToken) == QueueOutcome.Done)
        {
            yield return item!;
        }
    }

    /// <summary>Takes items until the queue is completed and everything was taken, without blocking a thread.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <inheritdoc cref="TryGet" path="/exception"/>
    public async IAsyncEnumerable<T> GetAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await GetAsync(Deadline.Never, cancellationToken).ConfigureAwait(false) is (QueueOutcome.Done, var item))
        {
            yield return item!;
        }
    }

    private static QueueCompletedException Ended() => new("The queue was completed, and everything was taken.");

    private QueueOutcome Get(out T? item, Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        QueueOutcome outcome = TryGetNow(out item);
        if (outcome != QueueOutcome.NotNow)
        {
            return outcome;
        }

        var attempt = new GetAttempt(this);
        _port.Items.Pass(ref attempt, deadline, cancellationToken);
        item = attempt.Item;
        return attempt.Outcome;
    }

    private async ValueTask<(QueueOutcome Outcome, T? Item)> GetAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new GetAttempt(this);
        await _port.Items.PassAsync(() => attempt.Try(), deadline, cancellationToken).ConfigureAwait(false);
        GC.KeepAlive(this);
        return (attempt.Outcome, attempt.Item);
    }

    /// <param name="item">The item.</param>
    /// <param name="leaves">Whether an item that cannot be read here stays in the queue; otherwise it is used up.</param>
    private QueueOutcome TryGetNow(out T? item, bool leaves = false)
    {
        ThrowIfDisposed();
        item = default;
        QueueOutcome outcome = _port.TryTake(out long position);
        if (outcome == QueueOutcome.Done)
        {
            item = QueueItems<T>.IsPlain ? TakePlain(position, leaves) : TakePayload(position, leaves);
        }

        return outcome;
    }

    private T TakePlain(long position, bool leaves)
    {
        Unsafe.SkipInit(out T item);
        int length = _ring.LengthAt(position);
        bool isOne = length == Unsafe.SizeOf<T>();
        if (isOne && QueueItems<T>.IsOneCell)
        {
            item = _ring.ReadOne<T>(position);
        }
        else if (isOne)
        {
            _ring.CopyOut(position, QueueItems<T>.BytesOf(ref item));
        }
        else
        {
            NotRead(position, null, leaves);
            throw new PayloadException($"An item of the queue has {length} bytes, a {typeof(T)} {Unsafe.SizeOf<T>()}.");
        }

        Taken(position);
        return item;
    }

    private T TakePayload(long position, bool leaves)
    {
        int length = _ring.LengthAt(position);
        byte[] pooled = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> bytes = pooled.AsSpan(0, length);
        _ring.CopyOut(position, bytes);
        ReceivedItem? item = null;
        T value;
        try
        {
            if (QueueMessage.IsBareItem(bytes))
            {
                value = SelfContainedPayload.Deserialize<T>(bytes[QueueMessage.BareHeaderSize..]);
            }
            else
            {
                item = ReceivedItem.Open(bytes.ToArray(), _port.Stores, leaves);
                value = item.Read<T>();
            }
        }
        catch
        {
            NotRead(position, item, leaves);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        Taken(position, item);
        return value;
    }

    private void NotRead(long position, ReceivedItem? item, bool leaves)
    {
        if (leaves)
        {
            item?.Dispose();
            _ring.GiveBack(position);
            _port.Items.RaiseForAll();
        }
        else
        {
            Taken(position, item);
        }
    }

    /// <summary>The item is read: its cells go back, and what it refers to; or they are kept until it is done with.</summary>
    private void Taken(long position, ReceivedItem? item = null)
    {
        if (_tracksCompletion)
        {
            Lease(position, item);
            ThrowIfDisposed();
        }
        else
        {
            _ring.Free(position);
            item?.GiveUp();
            _port.Room.Raise();
        }
    }

    private struct GetAttempt(ProcessQueue<T> queue) : IAttempt
    {
        private T? _item;

        public readonly T? Item => _item;

        public QueueOutcome Outcome { get; private set; } = QueueOutcome.NotNow;

        public bool Try() => (Outcome = queue.TryGetNow(out _item)) != QueueOutcome.NotNow;
    }
}
