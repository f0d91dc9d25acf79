using Multiprocessing.Memory;

namespace Multiprocessing.Tests.Memory.Waiting;

/// <summary>
/// A lock as a layer above would build it: its word is 0 or the owner's id, and a bit that somebody waits. Whoever finds a dead owner
/// in it takes it over.
/// </summary>
internal sealed class TestLock(AwaitedWord word, Participant participant, WaitRegistry waits)
{
    private const uint Waiting = 1u << 31;

    public enum Result
    {
        Acquired,
        Abandoned,
        TimedOut,
        Cancelled,
    }

    public unsafe Result Acquire(Deadline deadline, CancellationToken cancellation = default)
    {
        bool waited = false;
        Result result;
        while (!TryAcquire(waited, out result, out int seen, out uint epoch))
        {
            waited = true;
            if (Ends(waits.Wait(word.Word, seen, epoch, deadline, cancellation), out result))
            {
                break;
            }
        }

        return result;
    }

    public async Task<Result> AcquireAsync(Deadline deadline, CancellationToken cancellation = default)
    {
        bool waited = false;
        Result result;
        while (!TryAcquire(waited, out result, out int seen, out uint epoch))
        {
            waited = true;
            if (Ends(await WaitAsync(seen, epoch, deadline, cancellation), out result))
            {
                break;
            }
        }

        return result;
    }

    public unsafe void Release()
    {
        uint old = (uint)Interlocked.Exchange(ref *word.Word, 0);
        if ((old & ~Waiting) != participant.Id.Value)
        {
            throw new InvalidOperationException($"The lock was {old:x}, not this process's.");
        }

        if ((old & Waiting) != 0)
        {
            waits.Wake(word.Word, word.Cell, 1);
        }
    }

    private unsafe ValueTask<WaitOutcome> WaitAsync(int seen, uint epoch, Deadline deadline, CancellationToken cancellation) =>
        waits.WaitAsync(word.Word, seen, word.Cell, epoch, deadline, cancellation);

    private static bool Ends(WaitOutcome outcome, out Result result)
    {
        result = outcome == WaitOutcome.TimedOut ? Result.TimedOut : Result.Cancelled;
        return outcome is WaitOutcome.TimedOut or WaitOutcome.Cancelled;
    }

    /// <summary>One look. Who has waited leaves the bit set, as there may be others.</summary>
    private unsafe bool TryAcquire(bool waited, out Result result, out int seen, out uint epoch)
    {
        uint mine = participant.Id.Value | (waited ? Waiting : 0);
        while (true)
        {
            epoch = participant.Table.Epoch;
            uint now = (uint)Volatile.Read(ref *word.Word);
            bool free = now == 0;
            if (free || !participant.Table.IsAlive(new OwnerId(now & ~Waiting)))
            {
                result = free ? Result.Acquired : Result.Abandoned;
                seen = 0;
                if (Interlocked.CompareExchange(ref *word.Word, (int)(mine | (now & Waiting)), (int)now) == (int)now)
                {
                    return true;
                }

                continue;
            }

            result = default;
            seen = (int)(now | Waiting);
            if ((now & Waiting) != 0 || Interlocked.CompareExchange(ref *word.Word, seen, (int)now) == (int)now)
            {
                return false;
            }
        }
    }
}
