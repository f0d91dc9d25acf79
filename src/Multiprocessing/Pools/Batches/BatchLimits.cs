using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What fits a batch: its frame has to fit a ring of requests beside others, and the caches on the way.</summary>
internal static class BatchLimits
{
    /// <summary>Bytes of all items, and of all raw results, at most.</summary>
    internal const int MaxBytes = 28 * 1024;

    /// <summary>An item of more bytes travels alone.</summary>
    internal const int MaxItem = 8 * 1024;

    /// <summary>A prefix of more bytes is none: each item travels alone.</summary>
    internal const int MaxPrefix = 4 * 1024;

    /// <summary>More raw bytes per item are not worth a way of their own.</summary>
    private const int MaxRaw = 1024;

    /// <summary>The bytes of a value that travels as it is in memory; 0: it does not.</summary>
    internal static int RawSize<T>() => ElementCodec<T>.IsBlock && Unsafe.SizeOf<T>() <= MaxRaw ? Unsafe.SizeOf<T>() : 0;

    /// <summary>How many items fit.</summary>
    internal static int MaxItems(int itemSize, int resultSize) => MaxBytes / Math.Max(Math.Max(itemSize, resultSize), sizeof(int));
}
