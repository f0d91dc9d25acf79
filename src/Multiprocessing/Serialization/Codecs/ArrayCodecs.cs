namespace Multiprocessing.Serialization;

/// <summary>Arrays whose elements travel as the bytes that they have in memory.</summary>
internal sealed class BlockArrayCodec<T> : ReferenceCodec<T[]>
{
    public override bool IsSelfContained => true;

    protected override bool Nests => false;

    protected override void WriteContent(PayloadWriter writer, T[] value) => ElementCodec<T>.WriteAll(writer, value);

    protected override T[] ReadContent(ref PayloadReader reader)
    {
        int count = ElementCodec<T>.ReadCount(ref reader, out ReadOnlySpan<byte> block);
        T[] value = GC.AllocateUninitializedArray<T>(count);
        ElementCodec<T>.CopyBlock(block, value);
        reader.Register(value);
        return value;
    }
}

/// <summary>Arrays element by element.</summary>
internal sealed class ArrayCodec<T> : ReferenceCodec<T[]>
{
    protected override void WriteContent(PayloadWriter writer, T[] value) => ElementCodec<T>.WriteAll(writer, value.AsSpan());

    protected override T[] ReadContent(ref PayloadReader reader)
    {
        Codec<T> element = Codec<T>.Instance;
        T[] value = new T[ElementCodec<T>.ReadCount(ref reader, out _)];
        reader.Register(value);
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = element.Read(ref reader);
        }

        return value;
    }
}
