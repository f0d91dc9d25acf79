using System.Diagnostics;

namespace Multiprocessing.Tests.Synchronization.Linearizability;

/// <summary>An operation on a shared object: who did it, between which two moments, and what it was with what came out.</summary>
/// <param name="Start">Not later than it took effect, by the monotonic clock that all processes have in common.</param>
/// <param name="End">Not earlier than it took effect.</param>
/// <param name="Actor">Does one operation after the other.</param>
/// <param name="What">The operation and its result.</param>
public readonly record struct Recorded<T>(long Start, long End, int Actor, T What)
{
    public static Recorded<T> Of(int actor, Func<T> operation)
    {
        long start = Stopwatch.GetTimestamp();
        T what = operation();
        return new Recorded<T>(start, Stopwatch.GetTimestamp(), actor, what);
    }

    public static async Task<Recorded<T>> OfAsync(int actor, Func<Task<T>> operation)
    {
        long start = Stopwatch.GetTimestamp();
        T what = await operation();
        return new Recorded<T>(start, Stopwatch.GetTimestamp(), actor, what);
    }
}
