namespace Multiprocessing.Tests.Pools;

/// <summary>What warm calls cost the garbage collector of the caller's process: nothing where nothing has to be kept.</summary>
public sealed class PoolAllocationTests
{
    private const int Calls = 2000;
    private static readonly Func<(int, long), (int, long)> Same = static pair => pair;

    [Fact]
    public void Blocking_calls_without_references_allocate_nothing()
    {
        using var pool = new ProcessPool(workers: 1);
        long sum = 0;
        Assert.Equal(0, BytesPerCall(() =>
        {
            sum += pool.Run(static x => x + 1, 1);
            sum += pool.Run(Same, (1, 2L)).Item2;
            sum += pool.Run(static () => Guid.Empty) == Guid.Empty ? 1 : 0;
            pool.Run(static () => { });
        }));
        Assert.NotEqual(0, sum);
    }

    /// <summary>
    /// By this thread, on average; the least of some rounds, because in the first ones the compiler is not done yet, and on a busy machine not
    /// for long.
    /// </summary>
    private static long BytesPerCall(Action calls)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                calls();
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Calls);
        }

        return least;
    }
}
