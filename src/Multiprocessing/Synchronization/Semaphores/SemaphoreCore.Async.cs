using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

// Apart because what awaits cannot be unsafe.
internal sealed partial class SemaphoreCore
{
    public async ValueTask<AcquireResult> AcquireAsync(Deadline deadline, WaitersOfObject by, CancellationToken cancellationToken)
    {
        if (TryTake(willWait: false, hasWaited: false, out _, out _))
        {
            return AcquireResult.Acquired;
        }

        if (deadline.HasPassed)
        {
            return AcquireResult.TimedOut;
        }

        using CancellationTokenSource? linked = by.Link(cancellationToken);
        CancellationToken end = linked?.Token ?? by.Token;
        bool wait = true;
        bool hasWaited = false;
        while (!TryTake(wait, hasWaited, out int seen, out uint epoch))
        {
            if (!wait)
            {
                return AcquireResult.TimedOut;
            }

            wait = GoesOn(await WaitAsync(seen, epoch, deadline, end).ConfigureAwait(false), by, cancellationToken);
            hasWaited = true;
        }

        GiveBackIfOver(by, cancellationToken);
        GC.KeepAlive(this);
        return AcquireResult.Acquired;
    }

    private unsafe ValueTask<WaitOutcome> WaitAsync(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        _waits.WaitAsync(_word, seen, Cell, epoch, deadline, cancellationToken);
}
