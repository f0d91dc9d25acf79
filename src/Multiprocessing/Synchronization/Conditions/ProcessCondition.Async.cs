using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

public sealed partial class ProcessCondition
{
    /// <summary>As <see cref="Wait(CancellationToken)"/>, without a thread that waits.</summary>
    /// <exception cref="NotSupportedException">The lock is a <see cref="ProcessRLock"/>, which belongs to a thread.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)"/>
    public Task WaitAsync(CancellationToken cancellationToken = default) => WaitAsync(Deadline.Never, cancellationToken);

    /// <summary>As <see cref="Wait(TimeSpan, CancellationToken)"/>, without a thread that waits.</summary>
    /// <exception cref="NotSupportedException">The lock is a <see cref="ProcessRLock"/>, which belongs to a thread.</exception>
    /// <inheritdoc cref="Wait(TimeSpan, CancellationToken)"/>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitAsync(Deadline.After(timeout), cancellationToken);

    /// <summary>As <see cref="WaitFor(Func{bool}, CancellationToken)"/>, without a thread that waits.</summary>
    /// <exception cref="NotSupportedException">The lock is a <see cref="ProcessRLock"/>, which belongs to a thread.</exception>
    /// <inheritdoc cref="WaitFor(Func{bool}, CancellationToken)"/>
    public Task WaitForAsync(Func<bool> predicate, CancellationToken cancellationToken = default) =>
        WaitForAsync(predicate, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>As <see cref="WaitFor(Func{bool}, TimeSpan, CancellationToken)"/>, without a thread that waits.</summary>
    /// <exception cref="NotSupportedException">The lock is a <see cref="ProcessRLock"/>, which belongs to a thread.</exception>
    /// <inheritdoc cref="WaitFor(Func{bool}, TimeSpan, CancellationToken)"/>
    public async Task<bool> WaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        Deadline deadline = Deadline.After(timeout);
        ThrowIfDisposed();
        ThrowIfOwnedByThread();
        ThrowIfNotHeld();
        bool result;
        while (!(result = predicate()) && !deadline.HasPassed)
        {
            await WaitAsync(deadline, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<bool> WaitAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfOwnedByThread();
        ConditionWaiter waiter = Begin(cancellationToken, out int past);
        WaitOutcome outcome = WaitOutcome.Woken;
        try
        {
            while (!IsOver(waiter, outcome, out int seen, out uint epoch))
            {
                outcome = await SleepAsync(waiter, seen, epoch, deadline, cancellationToken).ConfigureAwait(false);
            }

            ReacquireResult = await _lock.ReacquireAsync(past).ConfigureAwait(false);
        }
        catch
        {
            GiveUp(waiter);
            throw;
        }

        return End(waiter, outcome, cancellationToken);
    }

    private void ThrowIfOwnedByThread()
    {
        if (RLock is not null)
        {
            throw new NotSupportedException(
                "A recursive lock belongs to a thread, and an await may go on on another one. Give the condition a ProcessLock.");
        }
    }

    private unsafe ValueTask<WaitOutcome> SleepAsync(
        ConditionWaiter waiter, int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken)
    {
        ConditionTable table = _queue.Table;
        int entry = waiter.Group.Entry;
        return table.Member.Waits.WaitAsync(table.Word(entry), seen, table.Cell(entry), epoch, deadline, cancellationToken);
    }
}
