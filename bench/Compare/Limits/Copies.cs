namespace Compare.Limits;

/// <summary>The least that a payload costs that goes to another process and back through shared memory: two copies each way.</summary>
internal static class Copies
{
    internal static double ThereAndBack(int size, int calls)
    {
        byte[] mine = new byte[size], shared = new byte[size], theirs = new byte[size];
        return Latency.Median(calls, null, () =>
        {
            mine.CopyTo(shared, 0);
            shared.CopyTo(theirs, 0);
            theirs.CopyTo(shared, 0);
            shared.CopyTo(mine, 0);
        }, warmUp: 3);
    }
}
