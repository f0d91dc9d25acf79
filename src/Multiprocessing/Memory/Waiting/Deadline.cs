using System.Diagnostics;

namespace Multiprocessing.Memory;

/// <summary>A point of the monotonic clock at which waiting ends, or never.</summary>
internal readonly struct Deadline
{
    private readonly long _timestamp;

    private Deadline(long timestamp) => _timestamp = timestamp;

    public static Deadline Never => new(long.MaxValue);

    public bool IsNever => _timestamp == long.MaxValue;

    public bool HasPassed => !IsNever && Remaining <= TimeSpan.Zero;

    /// <summary>In nanoseconds, not below 0; -1 for never, as <see cref="Platform.WaitWake"/> takes it.</summary>
    public long RemainingNanoseconds => IsNever ? -1 : Math.Max(0, Remaining.Ticks) * TimeSpan.NanosecondsPerTick;

    /// <summary>Negative if it has passed.</summary>
    public TimeSpan Remaining => Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _timestamp);

    public static Deadline Earlier(Deadline one, Deadline other) => one._timestamp <= other._timestamp ? one : other;

    /// <param name="timeout">Zero or positive, or infinite.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite.</exception>
    public static Deadline After(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return Never;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        double due = Stopwatch.GetTimestamp() + (timeout.TotalSeconds * Stopwatch.Frequency);
        return due < long.MaxValue ? new Deadline((long)due) : Never;
    }
}
