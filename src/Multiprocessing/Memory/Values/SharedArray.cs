using Multiprocessing.Memory;

namespace Multiprocessing;

/// <summary>Makes and opens arrays of any type.</summary>
public static unsafe class SharedArray
{
    /// <summary>Makes an array that holds a copy of what is given.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="elements">What is copied.</param>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    public static SharedArray<T> From<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        var array = new SharedArray<T>(elements.Length);
        elements.CopyTo(array.Span);
        return array;
    }

    /// <summary>Makes a new array, all zero, that other processes of this tree open by its name.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="name">1 to 255 bytes of UTF-8. The name is free again when nobody uses the array any more.</param>
    /// <param name="length">The number of elements, not negative.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    /// <exception cref="IOException">The name is taken.</exception>
    public static SharedArray<T> CreateNamed<T>(string name, long length)
        where T : unmanaged
    {
        HandOverName.Check(name);
        return new SharedArray<T>(NamedBlocks.Publish(Allocate<T>(length, alone: true), name), 0, length, name);
    }

    /// <summary>Opens an array that a process of this tree has made by <see cref="CreateNamed"/>.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="FileNotFoundException">There is no such name, or nobody uses its array any more.</exception>
    /// <exception cref="InvalidOperationException">The name is that of another kind of object, or of an array of another type.</exception>
    public static SharedArray<T> OpenNamed<T>(string name)
        where T : unmanaged
    {
        SharedBlock block = NamedBlocks.Open(HandOverName.Check(name), SharedKind.Array);
        return new SharedArray<T>(block, 0, CheckedLength<T>(block), name);
    }

    internal static SharedBlock Allocate<T>(long length, bool alone)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > (long.MaxValue - (1 << 20)) / ElementType<T>.Size)
        {
            throw new InsufficientMemoryException($"There is no memory for {length:N0} elements of {ElementType<T>.Size} bytes.");
        }

        SharedBlock block = SharedBlock.Allocate(SharedKind.Array, ArrayLayout.Data + (length * ElementType<T>.Size), alone);
        *(ulong*)(block.Pointer + ArrayLayout.Mark) = ElementType<T>.Mark;
        *(long*)(block.Pointer + ArrayLayout.Length) = length;
        return block;
    }

    /// <summary>The number of elements of a block that came from elsewhere.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    internal static long CheckedLength<T>(SharedBlock block)
        where T : unmanaged
    {
        ulong mark = *(ulong*)(block.Pointer + ArrayLayout.Mark);
        long length = *(long*)(block.Pointer + ArrayLayout.Length);
        if (mark == ElementType<T>.Mark && length >= 0 && length <= (block.Length - ArrayLayout.Data) / ElementType<T>.Size)
        {
            return length;
        }

        block.Dispose();
        throw ElementType<T>.Mismatch(mark);
    }
}
