namespace Multiprocessing.Serialization;

/// <summary>One writer per thread, and a few for those that are returned by another thread than the one that rented them.</summary>
internal static class PayloadWriterPool
{
    private static readonly PayloadWriter?[] Shared = new PayloadWriter?[32];

    [ThreadStatic]
    private static PayloadWriter? Local;

    public static PayloadWriter? Take()
    {
        PayloadWriter? local = Local;
        if (local is not null)
        {
            Local = null;
            return local;
        }

        for (int i = 0; i < Shared.Length; i++)
        {
            if (Shared[i] is not null && Interlocked.Exchange(ref Shared[i], null) is { } writer)
            {
                return writer;
            }
        }

        return null;
    }

    public static void Put(PayloadWriter writer)
    {
        if (Local is null)
        {
            Local = writer;
            return;
        }

        for (int i = 0; i < Shared.Length; i++)
        {
            if (Shared[i] is null && Interlocked.CompareExchange(ref Shared[i], writer, null) is null)
            {
                return;
            }
        }
    }
}
