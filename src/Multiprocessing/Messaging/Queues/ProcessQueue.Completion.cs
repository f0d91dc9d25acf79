using System.Collections.Concurrent;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T>
{
    private readonly ConcurrentQueue<(long Position, ReceivedItem? Item)> _leased = new();

    /// <summary>
    /// Says that an item is done with: the oldest of those that were taken through this object and are not yet. Only then is it safe
    /// from the death of this process. What is not done with when this object is disposed of is taken again by another one.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// No item that was taken through this object is left to be done; or the queue does not track it
    /// (<see cref="ProcessQueueOptions.TracksCompletion"/>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public void TaskDone()
    {
        ThrowIfDisposed();
        CheckTracksCompletion();
        if (!_leased.TryDequeue(out (long Position, ReceivedItem? Item) leased))
        {
            ThrowIfDisposed(); // Just now: then they are another one's.
            throw new InvalidOperationException("TaskDone was called more often than items were taken.");
        }

        _ring.Free(leased.Position);
        leased.Item?.GiveUp();
        _port.Room.Raise();
        if (_ring.Count == 0)
        {
            _idle.Raise(int.MaxValue);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Waits until every item that was put has been taken and is done with.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">
    /// The queue does not track it (<see cref="ProcessQueueOptions.TracksCompletion"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public void Join(CancellationToken cancellationToken = default) => Join(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Waits until every item that was put has been taken and is done with, or the time is over.</summary>
    /// <param name="timeout">Zero, positive or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all is done.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public bool Join(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(timeout);
        CheckTracksCompletion();
        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new IdleAttempt(this);
        bool idle = _idle.Pass(ref attempt, deadline, cancellationToken);
        GC.KeepAlive(this);
        return idle;
    }

    /// <summary>Waits until every item that was put has been taken and is done with, without blocking a thread.</summary>
    /// <inheritdoc cref="Join(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public async ValueTask JoinAsync(CancellationToken cancellationToken = default) =>
        await JoinAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits until every item that was put has been taken and is done with, or the time is over, without blocking a thread.</summary>
    /// <inheritdoc cref="Join(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Join(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Join(TimeSpan, CancellationToken)" path="/exception"/>
    public async ValueTask<bool> JoinAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(timeout);
        CheckTracksCompletion();
        cancellationToken.ThrowIfCancellationRequested();
        bool idle = await _idle.PassAsync(IsIdle, deadline, cancellationToken).ConfigureAwait(false);
        GC.KeepAlive(this);
        return idle;
    }

    /// <summary>The item stays in the queue until it is done with.</summary>
    private void Lease(long position, ReceivedItem? item)
    {
        _leased.Enqueue((position, item));
        Interlocked.MemoryBarrier();
        if (IsDisposed)
        {
            // Who disposes may have looked before it was there.
            GiveBackLeases();
            _port.Items.RaiseForAll();
        }
    }

    /// <summary>This object cannot say any more that they are done with.</summary>
    private void GiveBackLeases()
    {
        while (_leased.TryDequeue(out (long Position, ReceivedItem? Item) leased))
        {
            leased.Item?.Dispose();
            _ring.GiveBack(leased.Position);
        }
    }

    private bool IsIdle()
    {
        ThrowIfDisposed();
        return _ring.IsIdle();
    }

    private void CheckTracksCompletion()
    {
        if (!_tracksCompletion)
        {
            throw new InvalidOperationException("The queue was made without ProcessQueueOptions.TracksCompletion.");
        }
    }

    private readonly struct IdleAttempt(ProcessQueue<T> queue) : IAttempt
    {
        public bool Try() => queue.IsIdle();
    }
}
