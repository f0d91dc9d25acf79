using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Messaging.Queues;

/// <summary>Putting into a ring and taking from it with waiting: first by spinning, if that has been worth it, then asleep. Thread-safe.</summary>
internal sealed class RingPort
{
    private readonly QueueSignal _items;
    private readonly QueueSignal _room;
    private readonly SpinTurn _spinning = new();

    public RingPort(SharedBlock block, long offset, Participant participant, WaitRegistry waits)
    {
        Ring = new QueueRing(block, participant, offset);
        _items = new QueueSignal(block, offset + QueueLayout.ItemSignal, participant, waits);
        _room = new QueueSignal(block, offset + QueueLayout.RoomSignal, participant, waits);
    }

    public QueueRing Ring { get; }

    /// <summary>Makes all who wait look around.</summary>
    public void CallBack()
    {
        _items.RaiseForAll();
        _room.RaiseForAll();
    }

    /// <summary>Gives back what was taken.</summary>
    public void Free(long position)
    {
        Ring.Free(position);
        _room.Raise();
    }

    public bool TryPut(ReadOnlySpan<byte> item, long elsewhere)
    {
        if (Ring.TryPut(item, elsewhere) != QueueOutcome.Done)
        {
            return false;
        }

        _items.Raise();
        return true;
    }

    public bool TryTake(out long position) =>
        Ring.TryReclaim(_items.Epoch, out position) || Ring.TryTake(out position) == QueueOutcome.Done;

    /// <summary>Waits until the item is in.</summary>
    /// <param name="item">The item.</param>
    /// <param name="elsewhere">How many bytes more belong to it.</param>
    /// <param name="user">Asked before every attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Put(ReadOnlySpan<byte> item, long elsewhere, IRingUser user, CancellationToken cancellationToken)
    {
        long until = _spinning.Begin();
        bool put = false;
        while (until != 0 && !put && Stopwatch.GetTimestamp() < until)
        {
            Pause.Once();
            CheckPut(user);
            put = TryPut(item, elsewhere);
        }

        if (until != 0)
        {
            _spinning.End(put);
        }

        if (put)
        {
            return;
        }

        try
        {
            while (true)
            {
                uint epoch = _room.Epoch;
                int seen = _room.Prepare();
                CheckPut(user);
                if (TryPut(item, elsewhere))
                {
                    return;
                }

                if (_room.Wait(seen, epoch, Deadline.Never, cancellationToken) == WaitOutcome.Cancelled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _room.Leave(isMore: true);
        }
    }

    public async ValueTask PutAsync(ReadOnlyMemory<byte> item, long elsewhere, IRingUser user, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                uint epoch = _room.Epoch;
                int seen = _room.Prepare();
                CheckPut(user);
                if (TryPut(item.Span, elsewhere))
                {
                    return;
                }

                if (await _room.WaitAsync(seen, epoch, Deadline.Never, cancellationToken).ConfigureAwait(false) == WaitOutcome.Cancelled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _room.Leave(isMore: true);
        }
    }

    /// <summary>Waits until an item is there, or the user says that it is over and there is none.</summary>
    /// <param name="takes">Whether the item is taken, or only looked for.</param>
    /// <param name="user">Asked before every wait.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="position">The item that was taken.</param>
    /// <returns>False if the time is over.</returns>
    public bool Take(bool takes, IRingUser user, Deadline deadline, CancellationToken cancellationToken, out long position)
    {
        long until = _spinning.Begin();
        bool found = false;
        position = 0;
        while (until != 0 && !found && Stopwatch.GetTimestamp() < until && deadline.Remaining > TimeSpan.Zero)
        {
            Pause.Once();
            found = Look(takes, out position);
        }

        if (until != 0)
        {
            _spinning.End(found);
        }

        if (found)
        {
            return true;
        }

        try
        {
            while (true)
            {
                uint epoch = _items.Epoch;
                int seen = _items.Prepare();
                if (LookOrThrow(takes, user, out position))
                {
                    return true;
                }

                switch (_items.Wait(seen, epoch, deadline, cancellationToken))
                {
                    case WaitOutcome.TimedOut:
                        return LookOrThrow(takes, user, out position);
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _items.Leave(isMore: Ring.Count > 0);
        }
    }

    /// <inheritdoc cref="Take"/>
    /// <returns>The item's position; null if the time is over.</returns>
    public async ValueTask<long?> TakeAsync(bool takes, IRingUser user, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                uint epoch = _items.Epoch;
                int seen = _items.Prepare();
                if (LookOrThrow(takes, user, out long position))
                {
                    return position;
                }

                switch (await _items.WaitAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false))
                {
                    case WaitOutcome.TimedOut:
                        return LookOrThrow(takes, user, out position) ? position : null;
                    case WaitOutcome.Cancelled:
                        throw new OperationCanceledException(cancellationToken);
                }
            }
        }
        finally
        {
            _items.Leave(isMore: Ring.Count > 0);
        }
    }

    private bool Look(bool takes, out long position)
    {
        position = 0;
        return takes ? TryTake(out position) : Ring.HasItem(_items.Epoch);
    }

    /// <summary>What was put before the end is found in any case.</summary>
    private bool LookOrThrow(bool takes, IRingUser user, out long position)
    {
        if (Look(takes, out position))
        {
            return true;
        }

        user.CheckOpen();
        if (!user.IsPeerGone)
        {
            return false;
        }

        return Look(takes, out position) ? true : throw new EndOfStreamException("The peer has closed the connection, or died.");
    }

    private static void CheckPut(IRingUser user)
    {
        user.CheckOpen();
        if (user.IsPeerGone)
        {
            throw new IOException("The peer has closed the connection, or died.");
        }
    }
}

/// <summary>Whoever waits at a ring, and may have to stop.</summary>
internal interface IRingUser
{
    /// <summary>Whether nobody is at the other side, and will be.</summary>
    bool IsPeerGone { get; }

    /// <exception cref="ObjectDisposedException">This side was closed.</exception>
    void CheckOpen();
}
