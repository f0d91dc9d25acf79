using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Arrays whose elements travel as the bytes that they have in memory: number of elements * 2, plus 1 if the bytes are a separate
/// buffer, and the bytes or the buffer's index.
/// </summary>
internal sealed class BlockArrayCodec<T> : ReferenceCodec<T[]>
    where T : struct
{
    protected override bool Nests => false;

    protected override void WriteContent(PayloadWriter writer, T[] value)
    {
        if (value.GetType() != typeof(T[]))
        {
            throw new UnserializableException($"the array is of type {value.GetType()} although it is used as {typeof(T[])}.");
        }

        long size = (long)value.Length * Unsafe.SizeOf<T>();
        if (size > Array.MaxLength)
        {
            throw new UnserializableException("the array has more than 2 GiB. Send it in parts or use shared memory.");
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(value)), (int)size);
        bool separate = writer.TakesOutOfBand(size);
        writer.WriteVarUInt(((ulong)value.Length * 2) + (separate ? 1u : 0));
        if (!separate)
        {
            bytes.CopyTo(writer.Append(bytes.Length));
        }
        else
        {
            writer.TryWriteOutOfBand(bytes);
        }
    }

    protected override T[] ReadContent(ref PayloadReader reader)
    {
        ulong header = reader.ReadVarUInt();
        long count = (long)(header / 2);
        if (count > int.MaxValue)
        {
            throw new PayloadException("An array is longer than arrays can be.");
        }

        long size = count * Unsafe.SizeOf<T>();
        ReadOnlySpan<byte> bytes = header % 2 == 1
            ? reader.GetLargeBuffer(reader.ReadVarUInt(), size)
            : reader.Take((int)Math.Min(size, int.MaxValue));
        T[] value = GC.AllocateUninitializedArray<T>((int)count);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(value)), bytes.Length));
        reader.Register(value);
        return value;
    }
}

/// <summary>Arrays element by element: the number of elements, and each as in a position of the element type.</summary>
internal sealed class ArrayCodec<T> : ReferenceCodec<T[]>
{
    protected override void WriteContent(PayloadWriter writer, T[] value)
    {
        writer.WriteVarUInt((uint)value.Length);
        ElementCodec<T>.Write(writer, value);
    }

    protected override T[] ReadContent(ref PayloadReader reader)
    {
        Codec<T> element = Codec<T>.Instance;
        T[] value = new T[reader.ReadCount(element.LeastSize)];
        reader.Register(value);
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = element.Read(ref reader);
        }

        return value;
    }
}
