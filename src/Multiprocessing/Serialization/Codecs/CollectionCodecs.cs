using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

internal sealed class ListCodec<T> : CollectionCodec<List<T>>
{
    protected override List<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? [] : Construct(instance);

    protected override void WriteElements(PayloadWriter writer, List<T> value)
    {
        writer.WriteVarUInt((uint)value.Count);
        ElementCodec<T>.Write(writer, CollectionsMarshal.AsSpan(value));
    }

    protected override void ReadElements(ref PayloadReader reader, List<T> value)
    {
        int count = ElementCodec<T>.ReadCount(ref reader);
        if (ElementCodec<T>.IsBlock)
        {
            CollectionsMarshal.SetCount(value, count);
            ElementCodec<T>.Read(ref reader, CollectionsMarshal.AsSpan(value));
            return;
        }

        // One by one: a nested object may refer to the list, and must not see elements that are not there yet.
        value.EnsureCapacity(count);
        Codec<T> codec = Codec<T>.Instance;
        for (int i = 0; i < count; i++)
        {
            value.Add(codec.Read(ref reader));
        }
    }
}

internal sealed class DictionaryCodec<TKey, TValue> : CollectionCodec<Dictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, Dictionary<TKey, TValue> value) =>
        Comparers<TKey>.WriteEquality(writer, value.Comparer);

    protected override Dictionary<TKey, TValue> ReadHead(ref PayloadReader reader, object? instance)
    {
        IEqualityComparer<TKey>? comparer = Comparers<TKey>.ReadEquality(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IEqualityComparer<TKey>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, Dictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.WriteAll(writer, value, value.Count);

    protected override void ReadElements(ref PayloadReader reader, Dictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.ReadAll(ref reader, value.TryAdd, value.EnsureCapacity);
}
