using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Messaging.Rings;

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

    /// <summary>Takes as many items as there are, up to the length of the destination; waits until there is at least one.</summary>
    /// <param name="destination">Receives the items.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken; 0 if the destination is empty, or the queue was completed and everything was taken.</returns>
    /// <remarks>If this process is killed meanwhile, what it has taken is lost with it, which can be all of them.</remarks>
    /// <exception cref="PayloadException">An item cannot be read here. It is used up; those before it are in the destination.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public int GetMany(Span<T> destination, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = 0;
        while (count < destination.Length)
        {
            int more = TryGetManyNow(destination[count..]);
            if (more == 0 && (count > 0 || Get(out destination[0]!, Deadline.Never, cancellationToken) != QueueOutcome.Done))
            {
                break;
            }

            count += Math.Max(more, 1);
        }

        GC.KeepAlive(this);
        return count;
    }

    /// <summary>Takes items until the queue is completed and everything was taken.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <inheritdoc cref="GetMany" path="/exception"/>
    public IEnumerable<T> GetAll(CancellationToken cancellationToken = default)
    {
        while (Get(out T? item, Deadline.Never, cancellationToken) == QueueOutcome.Done)
        {
            yield return item!;
        }
    }

    /// <summary>Takes items until the queue is completed and everything was taken, without blocking a thread.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <inheritdoc cref="GetMany" path="/exception"/>
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
        if (outcome != QueueOutcome.NotNow || deadline.Remaining <= TimeSpan.Zero)
        {
            return outcome;
        }

        outcome = Spin(out item);
        return outcome != QueueOutcome.NotNow ? outcome : GetSlowly(out item, deadline, cancellationToken);
    }

    private QueueOutcome Spin(out T? item)
    {
        item = default;
        long until = _spinning.Begin();
        if (until == 0)
        {
            return QueueOutcome.NotNow;
        }

        var outcome = QueueOutcome.NotNow;
        while (outcome == QueueOutcome.NotNow && Stopwatch.GetTimestamp() < until)
        {
            Pause.Once();
            outcome = TryGetNow(out item);
        }

        _spinning.End(outcome != QueueOutcome.NotNow);
        return outcome;
    }

    private QueueOutcome GetSlowly(out T? item, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                uint epoch = _items.Epoch;
                int seen = _items.Prepare();
                QueueOutcome outcome = TryGetNow(out item);
                if (outcome != QueueOutcome.NotNow)
                {
                    return outcome;
                }

                switch (_items.Wait(seen, epoch, deadline, cancellationToken))
                {
                    case WaitOutcome.TimedOut:
                        return TryGetNow(out item);
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _items.Leave(isMore: _ring.Count > 0);
        }
    }

    private async ValueTask<(QueueOutcome Outcome, T? Item)> GetAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        QueueOutcome outcome = TryGetNow(out T? item);
        if (outcome != QueueOutcome.NotNow || deadline.Remaining <= TimeSpan.Zero)
        {
            GC.KeepAlive(this);
            return (outcome, item);
        }

        try
        {
            while (true)
            {
                uint epoch = _items.Epoch;
                int seen = _items.Prepare();
                outcome = TryGetNow(out item);
                if (outcome != QueueOutcome.NotNow)
                {
                    return (outcome, item);
                }

                switch (await _items.WaitAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false))
                {
                    case WaitOutcome.TimedOut:
                        outcome = TryGetNow(out item);
                        return (outcome, item);
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _items.Leave(isMore: _ring.Count > 0);
            GC.KeepAlive(this);
        }
    }

    private QueueOutcome TryGetNow(out T? item)
    {
        ThrowIfDisposed();
        item = default;
        if (!_ring.TryReclaim(_items.Epoch, out long position))
        {
            QueueOutcome outcome = _ring.TryTake(out position);
            if (outcome != QueueOutcome.Done)
            {
                return outcome;
            }
        }

        item = QueueItems<T>.IsPlain ? TakePlain(position) : TakePayload(position);
        return QueueOutcome.Done;
    }

    /// <returns>How many were taken; 0: there is none, or no more.</returns>
    private int TryGetManyNow(Span<T> destination)
    {
        if (!QueueItems<T>.IsPlain)
        {
            return TryGetNow(out destination[0]!) == QueueOutcome.Done ? 1 : 0;
        }

        ThrowIfDisposed();
        int count = 1;
        if (!_ring.TryReclaim(_items.Epoch, out long position)
            && _ring.TryTakeMany(destination.Length, Unsafe.SizeOf<T>(), out position, out count) != QueueOutcome.Done)
        {
            return 0;
        }

        if (count == 1)
        {
            destination[0] = TakePlain(position);
            return 1;
        }

        _ring.CopyOut(position, destination[..count]);
        if (_tracksCompletion)
        {
            for (int i = 0; i < count; i++)
            {
                _leased.Enqueue((position + i, null));
            }
        }
        else
        {
            _ring.FreeMany(position, count);
            _room.Raise(count);
        }

        return count;
    }

    private T TakePlain(long position)
    {
        Span<byte> bytes = stackalloc byte[QueueLayout.PayloadInFirst];
        bytes = bytes[..Math.Min(_ring.LengthAt(position), bytes.Length)];
        _ring.CopyOut(position, bytes);
        Taken(position);
        return QueueItems<T>.ReadPlain(bytes);
    }

    private T TakePayload(long position)
    {
        byte[] bytes = new byte[_ring.LengthAt(position)];
        _ring.CopyOut(position, bytes);
        ReceivedItem? item = null;
        try
        {
            item = new ReceivedItem(bytes);
            return item.Read<T>();
        }
        finally
        {
            // Also if it could not be read: it is used up.
            Taken(position, item);
        }
    }

    /// <summary>The item is read: its cells go back, and what it refers to; or they are kept until it is done with.</summary>
    private void Taken(long position, ReceivedItem? item = null)
    {
        if (_tracksCompletion)
        {
            _leased.Enqueue((position, item));
        }
        else
        {
            _ring.Free(position);
            item?.GiveUp();
            _room.Raise();
        }
    }
}
