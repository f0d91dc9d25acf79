using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Arrays of several dimensions, and of one dimension that does not start at 0: per dimension its length and its lower bound, then
/// the elements, the last index running fastest.
/// </summary>
internal sealed class GridCodec<TArray> : ReferenceCodec<TArray>
    where TArray : class
{
    private static readonly Type Element = typeof(TArray).GetElementType()!;
    private static readonly int Rank = typeof(TArray).GetArrayRank();
    private static readonly bool IsBlock = BlockLayout.IsBlock(Element);

    private static readonly int ElementBytes =
        ((IElementSize)Activator.CreateInstance(typeof(ElementSize<>).MakeGenericType(Element))!).Bytes;

    protected override void WriteContent(PayloadWriter writer, TArray value)
    {
        Array array = (Array)(object)value;
        for (int dimension = 0; dimension < Rank; dimension++)
        {
            writer.WriteVarUInt((uint)array.GetLength(dimension));
            writer.WriteInt32(array.GetLowerBound(dimension));
        }

        if (IsBlock)
        {
            ReadOnlySpan<byte> bytes = Bytes(array);
            bytes.CopyTo(writer.Append(bytes.Length));
            return;
        }

        Codec codec = CodecCatalog.For(Element);
        int i = 0;
        try
        {
            foreach (object? element in array)
            {
                codec.WriteBoxed(writer, element);
                i++;
            }
        }
        catch (UnserializableException exception) when (exception.Passes($"element number {i}"))
        {
            throw;
        }
    }

    protected override TArray ReadContent(ref PayloadReader reader)
    {
        int[] lengths = new int[Rank];
        int[] lowerBounds = new int[Rank];
        long least = IsBlock ? 1 : CodecCatalog.For(Element).LeastSize;
        long count = 1;
        for (int dimension = 0; dimension < Rank; dimension++)
        {
            ulong length = reader.ReadVarUInt();
            lengths[dimension] = length <= int.MaxValue ? (int)length : throw TooLarge();
            lowerBounds[dimension] = reader.ReadInt32();
            count = count * lengths[dimension] <= reader.Remaining / least ? count * lengths[dimension] : throw TooLarge();
        }

        if (IsBlock && count * ElementBytes > reader.Remaining)
        {
            throw TooLarge();
        }

        Array array = Array.CreateInstanceFromArrayType(typeof(TArray), lengths, lowerBounds);
        reader.Register(array);
        if (IsBlock)
        {
            Span<byte> bytes = Bytes(array);
            reader.Take(bytes.Length).CopyTo(bytes);
        }
        else
        {
            ReadElements(ref reader, array, lengths, lowerBounds, (int)count);
        }

        return (TArray)(object)array;
    }

    private static void ReadElements(ref PayloadReader reader, Array array, int[] lengths, int[] lowerBounds, int count)
    {
        Codec codec = CodecCatalog.For(Element);
        int[] index = (int[])lowerBounds.Clone();
        for (int i = 0; i < count; i++)
        {
            array.SetValue(codec.ReadBoxed(ref reader), index);
            for (int dimension = Rank - 1; dimension >= 0; dimension--)
            {
                if (++index[dimension] - lowerBounds[dimension] < lengths[dimension])
                {
                    break;
                }

                index[dimension] = lowerBounds[dimension];
            }
        }
    }

    private static Span<byte> Bytes(Array array) => MemoryMarshal.CreateSpan(
        ref MemoryMarshal.GetArrayDataReference(array), checked((int)(array.LongLength * ElementBytes)));

    private static PayloadException TooLarge() => new("An array has more elements than its payload.");
}

internal interface IElementSize
{
    int Bytes { get; }
}

internal sealed class ElementSize<T> : IElementSize
{
    public int Bytes => Unsafe.SizeOf<T>();
}
