using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Pools;

/// <summary>How a thread waits for a blocking call: one event per thread, used again and again.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The event has no handle unless one is asked for; it goes with its thread.")]
internal sealed class BlockingWait
{
    [ThreadStatic]
    private static BlockingWait? Current;

    private readonly ManualResetEventSlim _event = new(initialState: false);

    internal static BlockingWait OfThisThread => Current ??= new BlockingWait();

    internal void Signal() => _event.Set();

    internal void Until<T>(T state, Func<T, bool> condition)
    {
        while (true)
        {
            // Reset first: a signal between the test and the wait must not be lost.
            _event.Reset();
            if (condition(state))
            {
                return;
            }
            _event.Wait();
        }
    }
}
