using System.Collections.Concurrent;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

public sealed partial class ProcessQueue<T>
{
    private readonly ConcurrentQueue<(long Position, ReceivedItem? Item)> _leased = new();

    /// <summary>
    /// Says that an item is done with: the oldest of those that were taken through this object and are not yet. Only then is it safe
    /// from the death of this process.
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
            throw new InvalidOperationException("TaskDone was called more often than items were taken.");
        }

        _ring.Free(leased.Position);
        leased.Item?.GiveUp();
        _room.Raise();
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
        Deadline deadline = Deadline.After(timeout);
        CheckTracksCompletion();
        while (true)
        {
            uint epoch = _idle.Epoch;
            int seen = _idle.Prepare();
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            if (_ring.IsIdle())
            {
                GC.KeepAlive(this);
                return true;
            }

            if (_idle.Wait(seen, epoch, deadline, cancellationToken) == WaitOutcome.TimedOut)
            {
                bool idle = _ring.IsIdle();
                GC.KeepAlive(this);
                return idle;
            }
        }
    }

    /// <summary>Waits until every item that was put has been taken and is done with, or the time is over, without blocking a thread.</summary>
    /// <param name="timeout">Zero, positive or infinite; null: infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all is done.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public async ValueTask<bool> JoinAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan);
        CheckTracksCompletion();
        while (true)
        {
            uint epoch = _idle.Epoch;
            int seen = _idle.Prepare();
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            if (_ring.IsIdle())
            {
                GC.KeepAlive(this);
                return true;
            }

            if (await _idle.WaitAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false) == WaitOutcome.TimedOut)
            {
                bool idle = _ring.IsIdle();
                GC.KeepAlive(this);
                return idle;
            }
        }
    }

    private void CheckTracksCompletion()
    {
        if (!_tracksCompletion)
        {
            throw new InvalidOperationException("The queue was made without ProcessQueueOptions.TracksCompletion.");
        }
    }
}
