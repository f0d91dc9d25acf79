using System.Diagnostics;
using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>
/// How often work of a <see cref="ProcessPool"/> is tried again when its worker dies of it, and after what delays. Immutable; may be shared by
/// any number of options, calls and threads.
/// </summary>
/// <remarks>
/// <para>
/// Only work whose worker has died while it ran is tried again (and, with <see cref="RetriesTimeouts"/>, work whose time was over): never
/// work that threw an exception, that was cancelled, or that had not started. So a function that is to be tried again must not mind
/// having been interrupted anywhere. <see cref="PoolWorker.Attempt"/> tells it how often it was tried.
/// </para>
/// <para>
/// Work that is tried again runs alone in its worker: nothing waits behind it that could suffer from its next death. After the last
/// attempt it fails with the <see cref="WorkerDiedException"/> (or <see cref="TaskTimeoutException"/>) of that one, and never kills again.
/// </para>
/// </remarks>
public sealed class RetryPolicy
{
    private const int MostRetries = 1000;
    private const double LargestFactor = 1000;

    /// <summary>Nothing is tried again.</summary>
    public static RetryPolicy None { get; } = new();

    /// <summary>How many times work is tried again after the first attempt: 0 (default: never) to 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxRetries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostRetries);
            field = value;
        }
    }

    /// <summary>The time between the end of the first attempt and the second one. Zero or positive. Default: 100 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or longer than 24 days.</exception>
    public TimeSpan InitialDelay { get; init => field = OptionGuard.FiniteTime(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>By how much each delay is longer than the one before: 1 (all alike) to 1,000. Default: 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range, or no number.</exception>
    public double DelayFactor
    {
        get;
        init => field = value is >= 1 and <= LargestFactor ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = 2;

    /// <summary>No delay is longer. Zero or positive. Default: 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or longer than 24 days.</exception>
    public TimeSpan MaxDelay { get; init => field = OptionGuard.FiniteTime(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether work that was stopped because its time was over is tried again as well; each attempt then has the whole time. Default: false.
    /// </summary>
    public bool RetriesTimeouts { get; init; }

    /// <summary>The delay in ticks of <see cref="Stopwatch"/> after an attempt, counted from 1.</summary>
    internal long DelayAfter(int attempt)
    {
        // A power may exceed every number; the smaller of the two is taken before it becomes a whole one.
        var delay = InitialDelay.TotalSeconds * Math.Pow(DelayFactor, attempt - 1);
        return (long)(Math.Min(delay, MaxDelay.TotalSeconds) * Stopwatch.Frequency);
    }
}
