namespace Multiprocessing.Messaging.Waiting;

/// <summary>Time-outs of any length for what is given up by a token.</summary>
internal static class TimeLimit
{
    /// <summary>The framework's timers take no longer one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Cancels the source when the time is over; after more than 49 days, never.</summary>
    public static void Set(CancellationTokenSource source, TimeSpan timeout)
    {
        if (timeout <= Longest)
        {
            source.CancelAfter(timeout);
        }
    }
}
