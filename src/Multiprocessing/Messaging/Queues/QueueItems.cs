using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>The bytes of an item: the value itself if it is made of plain numbers only, a payload otherwise.</summary>
internal static class QueueItems<T>
{
    /// <summary>A constant for the compiler of each number type.</summary>
    public static readonly bool IsPlain =
        !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && BlockLayout.IsBlock(typeof(T)) && Unsafe.SizeOf<T>() <= QueueLayout.PayloadInFirst;

    public static ReadOnlySpan<byte> BytesOf(ref T plain) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref plain), Unsafe.SizeOf<T>());

    /// <exception cref="PayloadException">The bytes are no such item.</exception>
    public static T ReadPlain(ReadOnlySpan<byte> bytes) => bytes.Length == Unsafe.SizeOf<T>()
        ? Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(bytes))
        : throw new PayloadException($"An item of the queue has {bytes.Length} bytes, a {typeof(T)} {Unsafe.SizeOf<T>()}.");
}
