using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

public sealed partial class ProcessCondition
{
    /// <summary>
    /// Releases the lock, waits until notified, and acquires the lock again. The lock must be owned, and is owned again afterwards, however
    /// the wait ends.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, but not the acquiring of the lock that follows.</param>
    /// <exception cref="SynchronizationLockException">
    /// This process, or this thread if it is a <see cref="ProcessRLock"/>, does not own the lock.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is owned.</exception>
    /// <exception cref="ObjectDisposedException">
    /// This object was disposed, before or while waiting (the lock is owned), or the lock was (then it is not).
    /// </exception>
    public void Wait(CancellationToken cancellationToken = default) => Wait(Deadline.Never, cancellationToken);

    /// <summary>As <see cref="Wait(CancellationToken)"/>, but waits to be notified not longer than a time.</summary>
    /// <param name="timeout">Infinite, zero or positive. It does not limit the acquiring of the lock that follows.</param>
    /// <param name="cancellationToken">Ends the waiting, but not the acquiring of the lock that follows.</param>
    /// <returns>Whether it was notified, or woken because the owner of the lock has died.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default) => Wait(Deadline.After(timeout), cancellationToken);

    /// <summary>Waits, as <see cref="Wait(CancellationToken)"/>, until something is true. The lock must be owned.</summary>
    /// <param name="predicate">Is called while the lock is owned: at once, and after each notification.</param>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <param name="cancellationToken"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public void WaitFor(Func<bool> predicate, CancellationToken cancellationToken = default) =>
        WaitFor(predicate, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>As <see cref="WaitFor(Func{bool}, CancellationToken)"/>, but not longer than a time.</summary>
    /// <param name="predicate">Is called while the lock is owned: at once, after each notification, and when the time is over.</param>
    /// <param name="timeout">Infinite, zero (only looks) or positive.</param>
    /// <param name="cancellationToken">Ends the waiting, but not the acquiring of the lock that follows.</param>
    /// <returns>What the predicate returned last.</returns>
    /// <inheritdoc cref="Wait(TimeSpan, CancellationToken)" path="/exception"/>
    public bool WaitFor(Func<bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        Deadline deadline = Deadline.After(timeout);
        ThrowIfDisposed();
        ThrowIfNotHeld();
        bool result;
        while (!(result = predicate()) && !deadline.HasPassed)
        {
            Wait(deadline, cancellationToken);
        }

        return result;
    }

    private bool Wait(Deadline deadline, CancellationToken cancellationToken)
    {
        ConditionWaiter waiter = Begin(cancellationToken, out int past);
        WaitOutcome outcome = WaitOutcome.Woken;
        try
        {
            while (!IsOver(waiter, outcome, out int seen, out uint epoch))
            {
                outcome = Sleep(waiter, seen, epoch, deadline, cancellationToken);
            }

            ReacquireResult = _lock.Reacquire(past);
        }
        catch
        {
            GiveUp(waiter);
            throw;
        }

        return End(waiter, outcome, cancellationToken);
    }

    /// <summary>From the moment that the lock is released, whoever notifies knows of this waiter.</summary>
    private ConditionWaiter Begin(CancellationToken cancellationToken, out int past)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotHeld();
        ConditionWaiter waiter = _queue.Enter();
        try
        {
            past = _lock.ReleaseAll();
        }
        catch
        {
            GiveUp(waiter);
            throw;
        }

        return waiter;
    }

    private bool IsOver(ConditionWaiter waiter, WaitOutcome outcome, out int seen, out uint epoch) =>
        _queue.IsNotified(waiter, out seen, out epoch)
        || outcome is WaitOutcome.TimedOut or WaitOutcome.Cancelled
        || IsDisposed
        || _lock.IsAbandoned;

    /// <summary>Owning the lock again. Whether it was notified is settled only now, so that no notification goes to one who does not take it.</summary>
    private bool End(ConditionWaiter waiter, WaitOutcome outcome, CancellationToken cancellationToken)
    {
        if (IsDisposed)
        {
            GiveUp(waiter);
            ThrowIfDisposed();
        }

        bool notified = !_queue.TryLeave(waiter);
        if (notified)
        {
            _queue.Consume(waiter);
        }
        else if (outcome == WaitOutcome.Cancelled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        GC.KeepAlive(this);

        // Neither notified nor out of time: the owner of the lock has died, perhaps before it notified.
        return notified || outcome != WaitOutcome.TimedOut;
    }

    private void GiveUp(ConditionWaiter waiter)
    {
        if (!_queue.TryLeave(waiter))
        {
            _queue.PassOn(waiter);
        }

        GC.KeepAlive(this);
    }

    private unsafe WaitOutcome Sleep(
        ConditionWaiter waiter, int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        _queue.Table.Member.Waits.Wait(_queue.Table.Word(waiter.Group.Entry), seen, epoch, deadline, cancellationToken);
}
