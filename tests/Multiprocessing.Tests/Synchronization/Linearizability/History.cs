namespace Multiprocessing.Tests.Synchronization.Linearizability;

/// <summary>
/// Whether there is an order of the operations of a history that respects time and that a sequential object could have had: the search of
/// J. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (1993), which remembers where it has been, as G. Lowe, "Testing for
/// Linearizability" (2017), proposes.
/// </summary>
/// <param name="initial">The state of the object at the beginning; equal states must be equal values.</param>
/// <param name="step">The state after an operation by an actor; <see langword="null"/> if it cannot have this result in that state.</param>
internal sealed class History<TState, T>(TState initial, Func<TState, int, T, TState?> step)
    where TState : struct
{
    public const int Longest = 128;

    public void AssertLinearizable(IEnumerable<Recorded<T>> operations)
    {
        Recorded<T>[] history = [.. operations.OrderBy(static operation => operation.Start)];
        Assert.True(IsLinearizable(history), "No order explains this:\n" + string.Join('\n', history));
    }

    public bool IsLinearizable(IReadOnlyList<Recorded<T>> history)
    {
        Assert.InRange(history.Count, 0, Longest);
        return Search(history, 0, initial, []);
    }

    private bool Search(IReadOnlyList<Recorded<T>> history, UInt128 done, TState state, HashSet<(UInt128, TState)> seen)
    {
        // Whatever begins after another one's end comes after it.
        long firstEnd = long.MaxValue;
        for (int i = 0; i < history.Count; i++)
        {
            if (!IsDone(done, i))
            {
                firstEnd = Math.Min(firstEnd, history[i].End);
            }
        }

        if (firstEnd == long.MaxValue)
        {
            return true;
        }

        for (int i = 0; i < history.Count; i++)
        {
            Recorded<T> next = history[i];
            if (!IsDone(done, i)
                && next.Start <= firstEnd
                && step(state, next.Actor, next.What) is { } after
                && seen.Add((done | (UInt128.One << i), after))
                && Search(history, done | (UInt128.One << i), after, seen))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDone(UInt128 done, int index) => ((done >> index) & 1) != 0;
}
