using System.Runtime.CompilerServices;

namespace Multiprocessing.Memory;

/// <summary>What a block says about the elements in it, so that it cannot be opened as something else.</summary>
internal static class ElementType<T>
    where T : unmanaged
{
    public static int Size => Unsafe.SizeOf<T>();

    /// <summary>FNV-1a (Fowler, Noll, Vo; 32 bits) over the type's full name: equal in all processes of a program.</summary>
    public static uint Hash { get; } = HashOf(typeof(T).ToString());

    /// <summary>Size in the low half, hash in the high half.</summary>
    public static ulong Mark => ((ulong)Hash << 32) | (uint)Size;

    public static InvalidOperationException Mismatch(ulong found) => new(
        (uint)found == Size
            ? $"The shared memory holds elements of another type than {typeof(T)}."
            : $"The shared memory holds elements of {(uint)found} bytes, and a {typeof(T)} has {Size}.");

    private static uint HashOf(string name)
    {
        uint hash = 2166136261;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash;
    }
}
