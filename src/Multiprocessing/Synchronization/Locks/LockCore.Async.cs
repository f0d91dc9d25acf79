using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

// Apart because what awaits cannot be unsafe.
internal sealed partial class LockCore
{
    /// <inheritdoc cref="Acquire"/>
    public async ValueTask<AcquireResult> AcquireAsync(uint tag, Deadline deadline, WaitersOfObject? by, CancellationToken cancellationToken)
    {
        var attempt = new LockAttempt(this, tag);
        if (deadline.HasPassed)
        {
            return attempt.TryTake(willWait: false) ? attempt.Result : AcquireResult.TimedOut;
        }

        using CancellationTokenSource? linked = by?.Link(cancellationToken);
        CancellationToken end = linked?.Token ?? by?.Token ?? cancellationToken;
        bool wait = true;
        while (!attempt.TryTake(wait))
        {
            if (!wait)
            {
                return AcquireResult.TimedOut;
            }

            WaitOutcome outcome = await WaitAsync(attempt, deadline, end).ConfigureAwait(false);
            wait = GoesOn(ref attempt, outcome, deadline, by, cancellationToken);
        }

        GC.KeepAlive(this);
        return attempt.Result;
    }
}
