using System.Runtime.CompilerServices;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

/// <content>Several items by one call, which is faster than one call for each.</content>
public sealed partial class ProcessQueue<T>
{
    /// <summary>Puts items in, one after the other; waits while the queue is full. Faster than one call for each.</summary>
    /// <param name="items">The items. If one fails, or the wait ends, those before it have been put.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    public void PutMany(ReadOnlySpan<T> items, CancellationToken cancellationToken = default) =>
        PutMany(items, Deadline.Never, cancellationToken);

    /// <inheritdoc cref="PutMany(ReadOnlySpan{T}, CancellationToken)"/>
    public void PutMany(IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items is T[] array)
        {
            PutMany(array.AsSpan(), Deadline.Never, cancellationToken);
            return;
        }

        foreach (T item in items)
        {
            Put(item, Deadline.Never, cancellationToken);
        }
    }

    /// <summary>Puts in as many of the items as there is room for, or there is before the time is over.</summary>
    /// <param name="items">The items. If one fails, or the token is cancelled, those before it have been put.</param>
    /// <param name="timeout">How long to wait for room for all: zero (the default), positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were put: the first ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    public int TryPutMany(ReadOnlySpan<T> items, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        PutMany(items, Deadline.After(timeout), cancellationToken);

    /// <summary>Puts items in, one after the other; waits while the queue is full, without blocking a thread.</summary>
    /// <inheritdoc cref="PutMany(ReadOnlySpan{T}, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="PutMany(ReadOnlySpan{T}, CancellationToken)" path="/exception"/>
    [OverloadResolutionPriority(1)]
    public async ValueTask PutManyAsync(ReadOnlyMemory<T> items, CancellationToken cancellationToken = default) =>
        await PutManyAsync(items, Deadline.Never, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="PutManyAsync(ReadOnlyMemory{T}, CancellationToken)"/>
    public async ValueTask PutManyAsync(IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        foreach (T item in items)
        {
            await PutAsync(item, Deadline.Never, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Puts in as many of the items as there is room for, or there is before the time is over; does not block a thread.
    /// </summary>
    /// <inheritdoc cref="TryPutMany" path="/param"/>
    /// <inheritdoc cref="TryPutMany" path="/returns"/>
    /// <inheritdoc cref="TryPutMany" path="/exception"/>
    public ValueTask<int> TryPutManyAsync(
        ReadOnlyMemory<T> items, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        PutManyAsync(items, Deadline.After(timeout), cancellationToken);

    /// <summary>Takes as many items as there are, up to the length of the destination; waits until there is at least one.</summary>
    /// <param name="destination">Receives the items.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken; 0 if the destination is empty, or the queue was completed and everything was taken.</returns>
    /// <remarks>
    /// <para>If this process is killed meanwhile, what it has taken is lost with it, which can be all of them.</para>
    /// <para>An item that cannot be read here, and comes after others, ends the batch: it stays in the queue, not counted by
    /// <see cref="Count"/> any more, and the next call that takes, in whatever process, meets it first.</para>
    /// </remarks>
    /// <exception cref="PayloadException">The first item cannot be read here. It is used up, and nothing else was taken.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public int GetMany(Span<T> destination, CancellationToken cancellationToken = default) =>
        GetMany(destination, Deadline.Never, cancellationToken);

    /// <summary>
    /// Takes as many items as there are, up to the length of the destination; waits until there is at least one, or the time is over.
    /// </summary>
    /// <param name="destination">Receives the items.</param>
    /// <param name="timeout">How long to wait for the first one: zero (the default), positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken; 0 also if the queue was completed and everything was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="GetMany(Span{T}, CancellationToken)" path="/remarks"/>
    /// <inheritdoc cref="GetMany(Span{T}, CancellationToken)" path="/exception"/>
    public int TryGetMany(Span<T> destination, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        GetMany(destination, Deadline.After(timeout), cancellationToken);

    /// <summary>
    /// Takes as many items as there are, up to the length of the destination; waits until there is at least one, without blocking a thread.
    /// </summary>
    /// <inheritdoc cref="GetMany(Span{T}, CancellationToken)" path="/*[not(self::summary)]"/>
    public ValueTask<int> GetManyAsync(Memory<T> destination, CancellationToken cancellationToken = default) =>
        GetManyAsync(destination, Deadline.Never, cancellationToken);

    /// <summary>
    /// Takes as many items as there are, up to the length of the destination; waits until there is at least one, or the time is over,
    /// without blocking a thread.
    /// </summary>
    /// <inheritdoc cref="TryGetMany" path="/*[not(self::summary)]"/>
    public ValueTask<int> TryGetManyAsync(Memory<T> destination, TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        GetManyAsync(destination, Deadline.After(timeout), cancellationToken);

    private int PutMany(ReadOnlySpan<T> items, Deadline deadline, CancellationToken cancellationToken)
    {
        int put = 0;
        while (put < items.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int more = TryPutManyNow(items[put..]);
            if (more == 0)
            {
                if (!Put(items[put], deadline, cancellationToken))
                {
                    break;
                }

                more = 1;
            }

            put += more;
        }

        GC.KeepAlive(this);
        return put;
    }

    private async ValueTask<int> PutManyAsync(ReadOnlyMemory<T> items, Deadline deadline, CancellationToken cancellationToken)
    {
        int put = 0;
        while (put < items.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int more = TryPutManyNow(items.Span[put..]);
            if (more == 0)
            {
                if (!await PutAsync(items.Span[put], deadline, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                more = 1;
            }

            put += more;
        }

        return put;
    }

    /// <returns>How many were put; 0: there is no room for a batch just now, or these go one by one.</returns>
    private int TryPutManyNow(ReadOnlySpan<T> items)
    {
        ThrowIfDisposed();
        if (!QueueItems<T>.IsOneCell)
        {
            return 0;
        }

        switch (_ring.TryPutMany(items, out int count))
        {
            case QueueOutcome.Done:
                _port.Items.Raise(count);
                return count;
            case QueueOutcome.Completed:
                throw Refused();
            default:
                return 0;
        }
    }

    private int GetMany(Span<T> destination, Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = GetManyNow(destination);
        if (count == 0 && !destination.IsEmpty && Get(out destination[0]!, deadline, cancellationToken) == QueueOutcome.Done)
        {
            count = 1 + GetManyNow(destination[1..], isFirst: false);
        }

        GC.KeepAlive(this);
        return count;
    }

    private async ValueTask<int> GetManyAsync(Memory<T> destination, Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = GetManyNow(destination.Span);
        if (count == 0 && !destination.IsEmpty
            && await GetAsync(deadline, cancellationToken).ConfigureAwait(false) is (QueueOutcome.Done, var first))
        {
            destination.Span[0] = first!;
            count = 1 + GetManyNow(destination.Span[1..], isFirst: false);
        }

        GC.KeepAlive(this);
        return count;
    }

    /// <summary>Takes what is there, up to an item that cannot be read.</summary>
    private int GetManyNow(Span<T> destination, bool isFirst = true)
    {
        int count = 0;
        try
        {
            for (int more = 1; more > 0 && count < destination.Length; count += more)
            {
                more = GetSomeNow(destination[count..], leaves: !isFirst || count > 0);
            }
        }
        catch (PayloadException) when (!isFirst || count > 0)
        {
            // It was left in the queue, so that the caller gets those before it, and then the error.
        }

        return count;
    }

    /// <returns>How many were taken; 0: there is none, or no more.</returns>
    private int GetSomeNow(Span<T> destination, bool leaves)
    {
        if (!QueueItems<T>.IsOneCell)
        {
            return TryGetNow(out destination[0]!, leaves) == QueueOutcome.Done ? 1 : 0;
        }

        ThrowIfDisposed();
        int count = 1;
        if (!_ring.TryReclaim(_port.Items.Epoch, out long position)
            && _ring.TryTakeMany(destination.Length, Unsafe.SizeOf<T>(), out position, out count) != QueueOutcome.Done)
        {
            return 0;
        }

        if (count == 1)
        {
            destination[0] = TakePlain(position, leaves);
            return 1;
        }

        _ring.CopyOut(position, destination[..count]);
        if (_tracksCompletion)
        {
            for (int i = 0; i < count; i++)
            {
                Lease(position + i, null);
            }

            ThrowIfDisposed();
        }
        else
        {
            _ring.FreeMany(position, count);
            _port.Room.Raise(count);
        }

        return count;
    }
}
