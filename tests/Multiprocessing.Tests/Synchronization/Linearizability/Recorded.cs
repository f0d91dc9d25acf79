using System.Diagnostics;

namespace Multiprocessing.Tests.Synchronization.Linearizability;

/// <summary>An operation on a shared object: who did it, between which two moments, and what it was with what came out.</summary>
/// <param name="Start">Not later than it took effect, by the monotonic clock that all processes have in common.</param>
/// <param name="End">Not earlier than it took effect.</param>
/// <param name="Actor">Does one operation after the other.</param>
/// <param name="What">The operation and its result.</param>
public readonly record struct Recorded<T>(long Start, long End, int Actor, T What);

/// <summary>Does operations and records them.</summary>
internal static class Recorder
{
    public static Recorded<T> Do<T>(int actor, Func<T> operation)
    {
        long start = Stopwatch.GetTimestamp();
        T what = operation();
        return new Recorded<T>(start, Stopwatch.GetTimestamp(), actor, what);
    }

    /// <summary>Waits for it on this thread.</summary>
    public static Recorded<T> Await<T>(int actor, Func<Task<T>> operation) => Do(actor, () => operation().GetAwaiter().GetResult());
}
