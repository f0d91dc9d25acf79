using System.Collections.Concurrent;
using System.Collections.ObjectModel;

namespace Multiprocessing.Serialization;

/// <summary>Collections that are filled by adding elements.</summary>
internal abstract class SequenceCodec<TCollection, T> : CollectionCodec<TCollection>
    where TCollection : class, IEnumerable<T>
{
    /// <summary>True if adding needs complete elements: they are hashed or compared.</summary>
    protected virtual bool IsKeyed => false;

    protected abstract void AddAll(TCollection collection, T[] elements);

    protected override void WriteElements(PayloadWriter writer, TCollection value) =>
        ElementCodec<T>.WriteAll(writer, value.ToArray().AsSpan());

    protected override void ReadElements(ref PayloadReader reader, TCollection value)
    {
        T[] elements = ElementCodec<T>.ReadAll(ref reader);
        if (IsKeyed && !Codec<T>.Instance.IsSelfContained)
        {
            reader.Defer(() => AddAll(value, elements));
        }
        else
        {
            AddAll(value, elements);
        }
    }
}

internal sealed class HashSetCodec<T> : SequenceCodec<HashSet<T>, T>
{
    protected override bool IsKeyed => true;

    protected override void WriteHead(PayloadWriter writer, HashSet<T> value) => Comparers<T>.WriteEquality(writer, value.Comparer);

    protected override HashSet<T> ReadHead(ref PayloadReader reader, object? instance)
    {
        IEqualityComparer<T>? comparer = Comparers<T>.ReadEquality(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IEqualityComparer<T>), comparer));
    }

    protected override void AddAll(HashSet<T> collection, T[] elements) => collection.UnionWith(elements);
}

internal sealed class QueueCodec<T> : SequenceCodec<Queue<T>, T>
{
    protected override Queue<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? new() : Construct(instance);

    protected override void AddAll(Queue<T> collection, T[] elements) => Array.ForEach(elements, collection.Enqueue);
}

internal sealed class StackCodec<T> : SequenceCodec<Stack<T>, T>
{
    protected override Stack<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? new() : Construct(instance);

    // Enumerated from the top.
    protected override void AddAll(Stack<T> collection, T[] elements)
    {
        for (int i = elements.Length - 1; i >= 0; i--)
        {
            collection.Push(elements[i]);
        }
    }
}

internal sealed class LinkedListCodec<T> : SequenceCodec<LinkedList<T>, T>
{
    protected override LinkedList<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? new() : Construct(instance);

    protected override void AddAll(LinkedList<T> collection, T[] elements) => Array.ForEach(elements, element => collection.AddLast(element));
}

internal sealed class SortedSetCodec<T> : SequenceCodec<SortedSet<T>, T>
{
    protected override bool IsKeyed => true;

    protected override void WriteHead(PayloadWriter writer, SortedSet<T> value) => Comparers<T>.WriteOrder(writer, value.Comparer);

    protected override SortedSet<T> ReadHead(ref PayloadReader reader, object? instance)
    {
        IComparer<T>? comparer = Comparers<T>.ReadOrder(ref reader);
        return instance is null ? new(comparer) : Construct(instance, (typeof(IComparer<T>), comparer));
    }

    protected override void AddAll(SortedSet<T> collection, T[] elements) => collection.UnionWith(elements);
}

internal sealed class ConcurrentQueueCodec<T> : SequenceCodec<ConcurrentQueue<T>, T>
{
    protected override ConcurrentQueue<T> ReadHead(ref PayloadReader reader, object? instance) =>
        instance is null ? new() : Construct(instance);

    protected override void AddAll(ConcurrentQueue<T> collection, T[] elements) => Array.ForEach(elements, collection.Enqueue);
}

internal sealed class ConcurrentStackCodec<T> : SequenceCodec<ConcurrentStack<T>, T>
{
    protected override ConcurrentStack<T> ReadHead(ref PayloadReader reader, object? instance) =>
        instance is null ? new() : Construct(instance);

    protected override void AddAll(ConcurrentStack<T> collection, T[] elements)
    {
        Array.Reverse(elements);
        Array.ForEach(elements, collection.Push);
    }
}

internal sealed class ConcurrentBagCodec<T> : SequenceCodec<ConcurrentBag<T>, T>
{
    protected override ConcurrentBag<T> ReadHead(ref PayloadReader reader, object? instance) =>
        instance is null ? [] : Construct(instance);

    protected override void AddAll(ConcurrentBag<T> collection, T[] elements)
    {
        Array.Reverse(elements);
        Array.ForEach(elements, collection.Add);
    }
}

internal sealed class ObservableCollectionCodec<T> : SequenceCodec<ObservableCollection<T>, T>
{
    protected override ObservableCollection<T> ReadHead(ref PayloadReader reader, object? instance) =>
        instance is null ? [] : Construct(instance);

    // Handlers of derived classes must not run: their fields may not be there yet.
    protected override void AddAll(ObservableCollection<T> collection, T[] elements) =>
        CollectionItems<T>.Of(collection).AddRange(elements);
}

internal sealed class PlainCollectionCodec<T> : SequenceCodec<Collection<T>, T>
{
    protected override Collection<T> ReadHead(ref PayloadReader reader, object? instance) => instance is null ? [] : Construct(instance);

    protected override void AddAll(Collection<T> collection, T[] elements) => CollectionItems<T>.Of(collection).AddRange(elements);
}

/// <summary>The list inside a Collection, past its virtual methods.</summary>
internal static class CollectionItems<T>
{
    public static List<T> Of(Collection<T> collection) => (List<T>)Items(collection);

    private static IList<T> Items(Collection<T> collection) => (IList<T>)typeof(Collection<T>)
        .GetProperty("Items", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(collection)!;
}
