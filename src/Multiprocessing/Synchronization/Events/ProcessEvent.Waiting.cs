using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

public sealed partial class ProcessEvent
{
    /// <summary>Waits until the event is set.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed, before or while waiting.</exception>
    public void Wait(CancellationToken cancellationToken = default) => Wait(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Waits until the event is set, but not longer than a time.</summary>
    /// <param name="timeout">Infinite, zero (only looks) or positive.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether the event was set, then or meanwhile; false if the time is over.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken, out EventState start);
        WaitOutcome outcome = WaitOutcome.Woken;
        while (!IsReleased(start, out int seen, out uint epoch))
        {
            if (IsOver(outcome, cancellationToken))
            {
                return false;
            }

            outcome = Sleep(seen, epoch, deadline, cancellationToken);
        }

        GC.KeepAlive(this);
        return true;
    }

    /// <summary>As <see cref="Wait(CancellationToken)"/>, without a thread that waits.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)"/>
    public Task WaitAsync(CancellationToken cancellationToken = default) => WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>As <see cref="Wait(TimeSpan, CancellationToken)"/>, without a thread that waits.</summary>
    /// <inheritdoc cref="Wait(TimeSpan, CancellationToken)"/>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken, out EventState start);
        WaitOutcome outcome = WaitOutcome.Woken;
        while (!IsReleased(start, out int seen, out uint epoch))
        {
            if (IsOver(outcome, cancellationToken))
            {
                return false;
            }

            outcome = await SleepAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private Deadline Begin(TimeSpan timeout, CancellationToken cancellationToken, out EventState start)
    {
        ThrowIfDisposed();
        Deadline deadline = Deadline.After(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        start = State;
        return deadline;
    }

    /// <summary>One look; if there is reason to wait, the waiter is shown.</summary>
    private bool IsReleased(EventState start, out int seen, out uint epoch)
    {
        seen = 0;
        epoch = 0;
        EventState now = State;
        if (now.IsSet || now.Count != start.Count)
        {
            return true;
        }

        epoch = Member.Table.Epoch;
        now = State;
        do
        {
            if (now.IsSet || now.Count != start.Count)
            {
                return true;
            }
        }
        while (!now.IsWaitedFor && !TryChange(ref now, now.WhenWaitedFor()));

        ThrowIfDisposed();
        seen = now.WhenWaitedFor().Word;
        return false;
    }

    private static bool IsOver(WaitOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome == WaitOutcome.Cancelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return outcome == WaitOutcome.TimedOut;
    }

    private unsafe WaitOutcome Sleep(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        Member.Waits.Wait((int*)_state, seen, epoch, deadline, cancellationToken);

    private unsafe ValueTask<WaitOutcome> SleepAsync(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        Member.Waits.WaitAsync((int*)_state, seen, Cell, epoch, deadline, cancellationToken);
}
