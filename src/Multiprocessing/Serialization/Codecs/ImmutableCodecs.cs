using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Multiprocessing.Serialization;

/// <summary>Collections made at once from all their elements. Content: head (comparers), elements.</summary>
internal abstract class ImmutableCodec<TCollection, T, THead> : LateReferenceCodec<TCollection>
    where TCollection : class, IEnumerable<T>
{
    protected sealed override void WriteLate(PayloadWriter writer, TCollection value)
    {
        WriteHead(writer, value);
        ElementCodec<T>.WriteAll(writer, value.ToArray().AsSpan());
    }

    protected sealed override TCollection ReadLate(ref PayloadReader reader)
    {
        THead head = ReadHead(ref reader);
        return Create(head, ElementCodec<T>.ReadAll(ref reader));
    }

    protected virtual void WriteHead(PayloadWriter writer, TCollection value)
    {
    }

    protected virtual THead ReadHead(ref PayloadReader reader) => default!;

    protected abstract TCollection Create(THead head, T[] elements);
}

internal sealed class ImmutableListCodec<T> : ImmutableCodec<ImmutableList<T>, T, object?>
{
    protected override ImmutableList<T> Create(object? head, T[] elements) => ImmutableList.Create(elements);
}

internal sealed class ImmutableQueueCodec<T> : ImmutableCodec<ImmutableQueue<T>, T, object?>
{
    protected override ImmutableQueue<T> Create(object? head, T[] elements) => ImmutableQueue.Create(elements);
}

internal sealed class ImmutableStackCodec<T> : ImmutableCodec<ImmutableStack<T>, T, object?>
{
    protected override ImmutableStack<T> Create(object? head, T[] elements)
    {
        Array.Reverse(elements);
        return ImmutableStack.Create(elements);
    }
}

internal sealed class ImmutableHashSetCodec<T> : ImmutableCodec<ImmutableHashSet<T>, T, IEqualityComparer<T>?>
{
    protected override void WriteHead(PayloadWriter writer, ImmutableHashSet<T> value) =>
        Comparers<T>.WriteEquality(writer, value.KeyComparer);

    protected override IEqualityComparer<T>? ReadHead(ref PayloadReader reader) => Comparers<T>.ReadEquality(ref reader);

    protected override ImmutableHashSet<T> Create(IEqualityComparer<T>? head, T[] elements) => ImmutableHashSet.Create(head, elements);
}

internal sealed class ImmutableSortedSetCodec<T> : ImmutableCodec<ImmutableSortedSet<T>, T, IComparer<T>?>
{
    protected override void WriteHead(PayloadWriter writer, ImmutableSortedSet<T> value) =>
        Comparers<T>.WriteOrder(writer, value.KeyComparer);

    protected override IComparer<T>? ReadHead(ref PayloadReader reader) => Comparers<T>.ReadOrder(ref reader);

    protected override ImmutableSortedSet<T> Create(IComparer<T>? head, T[] elements) => ImmutableSortedSet.Create(head, elements);
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue>
    : ImmutableCodec<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>, (IEqualityComparer<TKey>? Keys, IEqualityComparer<TValue>? Values)>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, ImmutableDictionary<TKey, TValue> value)
    {
        Comparers<TKey>.WriteEquality(writer, value.KeyComparer);
        Comparers<TValue>.WriteEquality(writer, value.ValueComparer);
    }

    protected override (IEqualityComparer<TKey>? Keys, IEqualityComparer<TValue>? Values) ReadHead(ref PayloadReader reader)
    {
        IEqualityComparer<TKey>? keys = Comparers<TKey>.ReadEquality(ref reader);
        return (keys, Comparers<TValue>.ReadEquality(ref reader));
    }

    protected override ImmutableDictionary<TKey, TValue> Create(
        (IEqualityComparer<TKey>? Keys, IEqualityComparer<TValue>? Values) head, KeyValuePair<TKey, TValue>[] elements) =>
        ImmutableDictionary.CreateRange(head.Keys, head.Values, elements);
}

internal sealed class ImmutableSortedDictionaryCodec<TKey, TValue>
    : ImmutableCodec<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>, (IComparer<TKey>? Keys, IEqualityComparer<TValue>? Values)>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, ImmutableSortedDictionary<TKey, TValue> value)
    {
        Comparers<TKey>.WriteOrder(writer, value.KeyComparer);
        Comparers<TValue>.WriteEquality(writer, value.ValueComparer);
    }

    protected override (IComparer<TKey>? Keys, IEqualityComparer<TValue>? Values) ReadHead(ref PayloadReader reader)
    {
        IComparer<TKey>? keys = Comparers<TKey>.ReadOrder(ref reader);
        return (keys, Comparers<TValue>.ReadEquality(ref reader));
    }

    protected override ImmutableSortedDictionary<TKey, TValue> Create(
        (IComparer<TKey>? Keys, IEqualityComparer<TValue>? Values) head, KeyValuePair<TKey, TValue>[] elements) =>
        ImmutableSortedDictionary.CreateRange(head.Keys, head.Values, elements);
}

internal sealed class FrozenSetCodec<T> : ImmutableCodec<FrozenSet<T>, T, IEqualityComparer<T>?>
{
    protected override void WriteHead(PayloadWriter writer, FrozenSet<T> value) => Comparers<T>.WriteEquality(writer, value.Comparer);

    protected override IEqualityComparer<T>? ReadHead(ref PayloadReader reader) => Comparers<T>.ReadEquality(ref reader);

    protected override FrozenSet<T> Create(IEqualityComparer<T>? head, T[] elements) => elements.ToFrozenSet(head);
}

internal sealed class FrozenDictionaryCodec<TKey, TValue>
    : ImmutableCodec<FrozenDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>, IEqualityComparer<TKey>?>
    where TKey : notnull
{
    protected override void WriteHead(PayloadWriter writer, FrozenDictionary<TKey, TValue> value) =>
        Comparers<TKey>.WriteEquality(writer, value.Comparer);

    protected override IEqualityComparer<TKey>? ReadHead(ref PayloadReader reader) => Comparers<TKey>.ReadEquality(ref reader);

    protected override FrozenDictionary<TKey, TValue> Create(IEqualityComparer<TKey>? head, KeyValuePair<TKey, TValue>[] elements) =>
        elements.ToFrozenDictionary(head);
}

internal sealed class ReadOnlyCollectionCodec<T> : ImmutableCodec<ReadOnlyCollection<T>, T, object?>
{
    protected override ReadOnlyCollection<T> Create(object? head, T[] elements) => new(elements);
}

/// <summary>The dictionary inside is not accessible: its pairs arrive, in a dictionary with the default comparer.</summary>
internal sealed class ReadOnlyDictionaryCodec<TKey, TValue> : ImmutableCodec<ReadOnlyDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>, object?>
    where TKey : notnull
{
    protected override ReadOnlyDictionary<TKey, TValue> Create(object? head, KeyValuePair<TKey, TValue>[] elements) =>
        new(new Dictionary<TKey, TValue>(elements));
}
