using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Waiting;

/// <summary>
/// Time-outs of any length for what is given up by a token. Never early, as the framework's timers can be, which go by a clock that moves some
/// hundred times a second.
/// </summary>
internal static class TimeLimit
{
    /// <summary>Cancels the source when the time is over.</summary>
    /// <returns>To be disposed of before the source; null: the time is never over.</returns>
    public static IDisposable? Set(CancellationTokenSource source, TimeSpan timeout)
    {
        double due = Stopwatch.GetTimestamp() + (timeout.TotalSeconds * Stopwatch.Frequency);
        return timeout == Timeout.InfiniteTimeSpan || due >= long.MaxValue ? null : Kernel.EventLoop.At((long)Math.Ceiling(due), () => Cancel(source));
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            _ = source.CancelAsync(); // What is registered on the token is not for the loop's thread.
        }
        catch (ObjectDisposedException)
        {
            // What was limited has ended just now.
        }
    }
}
