using System.Collections.Concurrent;

namespace Multiprocessing.Serialization;

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

internal sealed class OrderedDictionaryCodec<TKey, TValue> : CollectionCodec<OrderedDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, OrderedDictionary<TKey, TValue> value) =>
        Comparers<TKey>.WriteEquality(writer, value.Comparer);

    protected override OrderedDictionary<TKey, TValue> ReadHead(ref PayloadReader reader, object? instance)
    {
        IEqualityComparer<TKey>? comparer = Comparers<TKey>.ReadEquality(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IEqualityComparer<TKey>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, OrderedDictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.WriteAll(writer, value, value.Count);

    protected override void ReadElements(ref PayloadReader reader, OrderedDictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.ReadAll(ref reader, value.TryAdd);
}

internal sealed class SortedDictionaryCodec<TKey, TValue> : CollectionCodec<SortedDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, SortedDictionary<TKey, TValue> value) =>
        Comparers<TKey>.WriteOrder(writer, value.Comparer);

    protected override SortedDictionary<TKey, TValue> ReadHead(ref PayloadReader reader, object? instance)
    {
        IComparer<TKey>? comparer = Comparers<TKey>.ReadOrder(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IComparer<TKey>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, SortedDictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.WriteAll(writer, value, value.Count);

    protected override void ReadElements(ref PayloadReader reader, SortedDictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.ReadAll(ref reader, value.TryAdd);
}

internal sealed class SortedListCodec<TKey, TValue> : CollectionCodec<SortedList<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, SortedList<TKey, TValue> value) =>
        Comparers<TKey>.WriteOrder(writer, value.Comparer);

    protected override SortedList<TKey, TValue> ReadHead(ref PayloadReader reader, object? instance)
    {
        IComparer<TKey>? comparer = Comparers<TKey>.ReadOrder(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IComparer<TKey>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, SortedList<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.WriteAll(writer, value, value.Count);

    protected override void ReadElements(ref PayloadReader reader, SortedList<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.ReadAll(ref reader, value.TryAdd);
}

internal sealed class ConcurrentDictionaryCodec<TKey, TValue> : CollectionCodec<ConcurrentDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, ConcurrentDictionary<TKey, TValue> value) =>
        Comparers<TKey>.WriteEquality(writer, value.Comparer);

    protected override ConcurrentDictionary<TKey, TValue> ReadHead(ref PayloadReader reader, object? instance)
    {
        IEqualityComparer<TKey> comparer = Comparers<TKey>.ReadEquality(ref reader) ?? EqualityComparer<TKey>.Default;
        return instance is null ? new(comparer) : Construct(instance, (typeof(IEqualityComparer<TKey>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, ConcurrentDictionary<TKey, TValue> value)
    {
        KeyValuePair<TKey, TValue>[] pairs = value.ToArray();
        PairCodec<TKey, TValue>.WriteAll(writer, pairs, pairs.Length);
    }

    protected override void ReadElements(ref PayloadReader reader, ConcurrentDictionary<TKey, TValue> value) =>
        PairCodec<TKey, TValue>.ReadAll(ref reader, value.TryAdd);
}

/// <summary>Elements and priorities in the order of the heap's array, whose rebuilding keeps it a heap.</summary>
internal sealed class PriorityQueueCodec<TElement, TPriority> : CollectionCodec<PriorityQueue<TElement, TPriority>>
{
    protected override void WriteHead(PayloadWriter writer, PriorityQueue<TElement, TPriority> value) =>
        Comparers<TPriority>.WriteOrder(writer, value.Comparer);

    protected override PriorityQueue<TElement, TPriority> ReadHead(ref PayloadReader reader, object? instance)
    {
        IComparer<TPriority>? comparer = Comparers<TPriority>.ReadOrder(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IComparer<TPriority>), comparer));
    }

    protected override void WriteElements(PayloadWriter writer, PriorityQueue<TElement, TPriority> value) =>
        ElementCodec<(TElement, TPriority)>.WriteAll(writer, value.UnorderedItems, value.Count);

    protected override void ReadElements(ref PayloadReader reader, PriorityQueue<TElement, TPriority> value)
    {
        (TElement, TPriority)[] items = ElementCodec<(TElement, TPriority)>.ReadAll(ref reader);
        if (Codec<TPriority>.Instance.IsSelfContained)
        {
            value.EnqueueRange(items);
        }
        else
        {
            reader.Defer(() => value.EnqueueRange(items));
        }
    }
}
