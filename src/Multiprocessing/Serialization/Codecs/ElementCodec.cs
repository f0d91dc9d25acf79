using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Elements one after another. If they travel as the bytes that they have in memory the number before them is count * 2, or
/// count * 2 + 1 if the bytes are a separate buffer, whose index follows. Else it is count * 2 as well, and each element stands as in
/// a position of the element type.
/// </summary>
internal static class ElementCodec<T>
{
    /// <summary>True if elements are copied as a block.</summary>
    public static readonly bool IsBlock = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && BlockLayout.IsBlock(typeof(T));

    public static void WriteAll(PayloadWriter writer, ReadOnlySpan<T> elements)
    {
        if (IsBlock)
        {
            WriteBlock(writer, elements);
            return;
        }

        writer.WriteVarUInt((ulong)elements.Length * 2);
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

    /// <summary>Writes a sequence whose length is known.</summary>
    public static void WriteAll(PayloadWriter writer, IEnumerable<T> elements, int count)
    {
        if (IsBlock)
        {
            WriteBlock(writer, elements.ToArray());
            return;
        }

        Codec<T> codec = Codec<T>.Instance;
        writer.WriteVarUInt((ulong)count * 2);
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
        catch (InvalidOperationException exception)
        {
            throw new UnserializableException("the collection was changed while it was written.", exception);
        }

        if (i != count)
        {
            throw new UnserializableException("the collection was changed while it was written.");
        }
    }

    /// <summary>
    /// The number of elements, of which no more are announced than can come. The bytes of a block are returned with it.
    /// </summary>
    public static int ReadCount(ref PayloadReader reader, out ReadOnlySpan<byte> block)
    {
        ulong header = reader.ReadVarUInt();
        ulong count = header / 2;
        block = default;
        if (!IsBlock)
        {
            return (header & 1) == 0 && count <= (ulong)(reader.Remaining / Codec<T>.Instance.LeastSize) ? (int)count : throw TooMany();
        }

        if (count > (ulong)Array.MaxLength / (ulong)Unsafe.SizeOf<T>())
        {
            throw TooMany();
        }

        int size = (int)count * Unsafe.SizeOf<T>();
        block = (header & 1) == 1 ? reader.GetLargeBuffer(reader.ReadVarUInt(), size) : reader.Take(size);
        return (int)count;
    }

    public static void CopyBlock(ReadOnlySpan<byte> block, Span<T> elements) =>
        block.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(elements)), block.Length));

    /// <summary>Reads all elements into an array, which is not numbered.</summary>
    public static T[] ReadAll(ref PayloadReader reader)
    {
        int count = ReadCount(ref reader, out ReadOnlySpan<byte> block);
        T[] elements = new T[count];
        if (IsBlock)
        {
            CopyBlock(block, elements);
            return elements;
        }

        Codec<T> codec = Codec<T>.Instance;
        for (int i = 0; i < count; i++)
        {
            elements[i] = codec.Read(ref reader);
        }

        return elements;
    }

    private static void WriteBlock(PayloadWriter writer, ReadOnlySpan<T> elements)
    {
        long size = (long)elements.Length * Unsafe.SizeOf<T>();
        if (size > Array.MaxLength)
        {
            throw new UnserializableException("the array has more than 2 GiB. Send it in parts or use shared memory.");
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(elements)), (int)size);
        bool separate = writer.TakesOutOfBand(size);
        writer.WriteVarUInt(((ulong)elements.Length * 2) + (separate ? 1u : 0));
        if (!separate || !writer.TryWriteOutOfBand(bytes))
        {
            bytes.CopyTo(writer.Append(bytes.Length));
        }
    }

    private static PayloadException TooMany() => new("More elements are announced than bytes are left.");
}
