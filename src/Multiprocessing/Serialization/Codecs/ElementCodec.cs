using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>Elements one after another, with the index in the path if one cannot be sent.</summary>
internal static class ElementCodec<T>
{
    /// <summary>True if elements are copied as a block.</summary>
    public static readonly bool IsBlock = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && BlockLayout.IsBlock(typeof(T));

    public static void Write(PayloadWriter writer, ReadOnlySpan<T> elements)
    {
        if (IsBlock)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(elements)), checked(elements.Length * Unsafe.SizeOf<T>()));
            bytes.CopyTo(writer.Append(bytes.Length));
            return;
        }

        Codec<T> codec = Codec<T>.Instance;
        int i = 0;
        try
        {
            for (; i < elements.Length; i++)
            {
                codec.Write(writer, elements[i]);
            }
        }
        catch (UnserializableException exception) when (exception.Passes($"element [{i}]"))
        {
            throw;
        }
    }

    /// <summary>Writes the number of elements and the elements.</summary>
    public static void WriteAll(PayloadWriter writer, IEnumerable<T> elements, int count)
    {
        Codec<T> codec = Codec<T>.Instance;
        writer.WriteVarUInt((uint)count);
        int i = 0;
        try
        {
            foreach (T element in elements)
            {
                codec.Write(writer, element);
                i++;
            }
        }
        catch (UnserializableException exception) when (exception.Passes($"element [{i}]"))
        {
            throw;
        }

        if (i != count)
        {
            throw new UnserializableException("the collection was changed by another thread while it was written.");
        }
    }

    /// <summary>Reads the number of elements, of which no more are announced than can come.</summary>
    public static int ReadCount(ref PayloadReader reader) => reader.ReadCount(IsBlock ? Unsafe.SizeOf<T>() : Codec<T>.Instance.LeastSize);

    public static void Read(ref PayloadReader reader, Span<T> elements)
    {
        if (IsBlock)
        {
            Span<byte> bytes = MemoryMarshal.CreateSpan(
                ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(elements)), checked(elements.Length * Unsafe.SizeOf<T>()));
            reader.Take(bytes.Length).CopyTo(bytes);
            return;
        }

        Codec<T> codec = Codec<T>.Instance;
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = codec.Read(ref reader);
        }
    }

    /// <summary>Reads the number of elements and the elements.</summary>
    public static T[] ReadAll(ref PayloadReader reader)
    {
        T[] elements = new T[ReadCount(ref reader)];
        Read(ref reader, elements);
        return elements;
    }
}
