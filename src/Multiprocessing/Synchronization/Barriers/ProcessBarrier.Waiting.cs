using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

public sealed partial class ProcessBarrier
{
    /// <summary>Waits until all parties have come, not longer than the barrier's own time-out.</summary>
    /// <param name="cancellationToken">Gives up waiting, which breaks the barrier.</param>
    /// <returns>As how-manieth this party came, from 0: so exactly one gets 0.</returns>
    /// <exception cref="BrokenBarrierException">
    /// The barrier is broken, broke, or was reset meanwhile; also in the party whose time-out broke it.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed, before or while waiting.</exception>
    public int Wait(CancellationToken cancellationToken = default) => Wait(_timeout, cancellationToken);

    /// <summary>Waits until all parties have come, but not longer than a time.</summary>
    /// <param name="timeout">Infinite, zero or positive. When it has passed, the barrier breaks.</param>
    /// <param name="cancellationToken">Gives up waiting, which breaks the barrier.</param>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/returns"/>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public int Wait(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken);
        WaitOutcome outcome = WaitOutcome.Woken;
        var arrival = default(Arrival);
        while (!IsOver(ref arrival, outcome, cancellationToken, out int seen, out uint epoch))
        {
            outcome = Sleep(seen, epoch, deadline, cancellationToken);
        }

        GC.KeepAlive(this);
        return arrival.Place;
    }

    /// <summary>As <see cref="Wait(CancellationToken)"/>, without a thread that waits.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)"/>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default) => WaitAsync(_timeout, cancellationToken);

    /// <summary>As <see cref="Wait(TimeSpan, CancellationToken)"/>, without a thread that waits. The action runs in this call if it is the last.</summary>
    /// <inheritdoc cref="Wait(TimeSpan, CancellationToken)"/>
    public async Task<int> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken);
        WaitOutcome outcome = WaitOutcome.Woken;
        var arrival = default(Arrival);
        while (!IsOver(ref arrival, outcome, cancellationToken, out int seen, out uint epoch))
        {
            outcome = await SleepAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false);
        }

        return arrival.Place;
    }

    /// <summary>Where a party stands: the state of the barrier when it came, and its place; no generation: it has not come yet.</summary>
    private record struct Arrival(BarrierState State, int Place)
    {
        public readonly bool HasCome => State.Generation != 0;
    }

    private Deadline Begin(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        Deadline deadline = Deadline.After(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        return deadline;
    }

    /// <summary>One look. False: sleep on what was seen.</summary>
    private unsafe bool IsOver(
        ref Arrival arrival, WaitOutcome outcome, CancellationToken cancellationToken, out int seen, out uint epoch)
    {
        while (true)
        {
            epoch = Member.Table.Epoch;
            seen = Volatile.Read(ref *_table.Word);
            if (!arrival.HasCome && TryArrive(out arrival) && arrival.Place == _table.Parties - 1)
            {
                Complete(arrival.State);
            }

            BarrierState state = arrival.HasCome ? arrival.State : _table.State;
            if (arrival.HasCome && _table.FateOf(state) is { } fate)
            {
                return fate == BreakReason.None ? true : throw new BrokenBarrierException(fate);
            }

            // Who finds all places taken waits for the next generation; a death in this one concerns it as well.
            if (Reason(state, outcome) is not { } reason)
            {
                return false;
            }

            if (TryBreak(state, reason))
            {
                ThrowIfDisposed();
                throw reason == BreakReason.Cancelled
                    ? new OperationCanceledException(cancellationToken)
                    : new BrokenBarrierException(reason);
            }
        }
    }

    /// <summary>Why this party has to break the barrier, if it has.</summary>
    private BreakReason? Reason(BarrierState state, WaitOutcome outcome) =>
        IsDisposed || outcome == WaitOutcome.Cancelled ? BreakReason.Cancelled
        : outcome == WaitOutcome.TimedOut ? BreakReason.TimedOut
        : _table.HasDead(state.Generation, Member.Table) ? BreakReason.PartyDied
        : null;

    /// <exception cref="BrokenBarrierException">The barrier is broken.</exception>
    private bool TryArrive(out Arrival arrival)
    {
        while (true)
        {
            BarrierState state = StateAfterDeaths();
            if (state.IsBroken)
            {
                throw new BrokenBarrierException(state.Reason);
            }

            int place = _table.TakePlace(state.Generation, Member.Id);
            if (place >= 0)
            {
                bool mine = place < _table.Parties;
                arrival = mine ? new Arrival(state, place) : default;
                return mine;
            }
        }
    }

    /// <summary>The last party runs the action and lets all go, unless the barrier breaks before.</summary>
    private void Complete(BarrierState state)
    {
        try
        {
            _action?.Invoke();
        }
        catch
        {
            TryBreak(state, BreakReason.ActionFailed);
            throw;
        }

        if (!_table.HasDead(state.Generation, Member.Table) && _table.TryChange(state, state.WhenReleased()) && _table.Parties > 1)
        {
            WakeAll();
        }
    }

    private unsafe WaitOutcome Sleep(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        Member.Waits.Wait(_table.Word, seen, epoch, deadline, cancellationToken);

    private unsafe ValueTask<WaitOutcome> SleepAsync(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        Member.Waits.WaitAsync(_table.Word, seen, _table.Cell, epoch, deadline, cancellationToken);
}
