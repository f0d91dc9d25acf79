using System.Diagnostics;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// How long one waiter may spin before it sleeps, by measured success: a wait that ends while spinning earns more, one that
/// does not halves it, down to none; then only every so often a wait tries again, long enough for a sleeping peer to wake and
/// answer, so that two sleepers find back to spinning. The more of these tries were in vain, the rarer they are, so that they are not
/// what the slowest one in a hundred waits is made of. For one thread at a time.
/// </summary>
internal sealed class SpinBudget
{
    private const int FirstTrial = 64;
    private const int RarestTrial = 512;
    private static readonly long Most = Stopwatch.Frequency / 10_000; // 100 us: a wake-up of an idle core and the answer.
    private static readonly long Least = Stopwatch.Frequency / 500_000; // 2 us: less than this is never worth a try.
    private long _limit = Most;
    private int _trialEvery = FirstTrial;
    private int _untilTrial = FirstTrial;

    /// <summary>The time of <see cref="Stopwatch.GetTimestamp"/> until which to spin; 0: not at all.</summary>
    public long Begin()
    {
        if (_limit == 0)
        {
            if (--_untilTrial > 0)
            {
                return 0;
            }

            _trialEvery = Math.Min(2 * _trialEvery, RarestTrial);
            _untilTrial = _trialEvery;
            return Stopwatch.GetTimestamp() + Most;
        }

        return Stopwatch.GetTimestamp() + _limit;
    }

    /// <summary>Records how the spinning that <see cref="Begin"/> allowed came out.</summary>
    public void End(bool succeeded)
    {
        if (succeeded)
        {
            _limit = Most;
            _trialEvery = FirstTrial;
            _untilTrial = FirstTrial;
        }
        else
        {
            _limit = _limit / 2 < Least ? 0 : _limit / 2;
        }
    }
}
