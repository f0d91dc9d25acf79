using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

internal sealed class ListCodec<T> : CollectionCodec<List<T>>
{
    protected override List<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? [] : Construct(instance);

    protected override void WriteElements(PayloadWriter writer, List<T> value) =>
        ElementCodec<T>.WriteAll(writer, CollectionsMarshal.AsSpan(value));

    protected override void ReadElements(ref PayloadReader reader, List<T> value)
    {
        int count = ElementCodec<T>.ReadCount(ref reader, out ReadOnlySpan<byte> block);
        if (ElementCodec<T>.IsBlock)
        {
            CollectionsMarshal.SetCount(value, count);
            ElementCodec<T>.CopyBlock(block, CollectionsMarshal.AsSpan(value));
            return;
        }

        value.EnsureCapacity(count);
        Codec<T> codec = Codec<T>.Instance;
        for (int i = 0; i < count; i++)
        {
            value.Add(codec.Read(ref reader));
        }
    }
}
