using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>The bytes of an item: the value itself if it is made of plain numbers only, a payload otherwise.</summary>
internal static class QueueItems<T>
{
    /// <summary>Fits into the cells of the smallest queue.</summary>
    private const int LargestPlain = 512;

    /// <summary>A constant for the compiler of each number type.</summary>
    public static readonly bool IsPlain =
        !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && BlockLayout.IsBlock(typeof(T)) && Unsafe.SizeOf<T>() <= LargestPlain;

    /// <summary>Whether several can be put and taken at once.</summary>
    public static readonly bool IsOneCell = IsPlain && Unsafe.SizeOf<T>() <= QueueLayout.PayloadInFirst;

    public static Span<byte> BytesOf(ref T plain) => MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref plain), Unsafe.SizeOf<T>());
}
