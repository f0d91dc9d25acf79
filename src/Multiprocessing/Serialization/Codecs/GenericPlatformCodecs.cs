using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>The codecs of the framework's generic types, by the names of those.</summary>
internal static class GenericPlatformCodecs
{
    public static Type? Of(Type definition) => definition.Namespace switch
    {
        "System.Collections.Generic" => Common(definition.Name) ?? General(definition.Name),
        "System.Collections.ObjectModel" => ObjectModel(definition.Name),
        "System.Collections.Concurrent" => Concurrent(definition.Name),
        "System.Collections.Immutable" => Immutable(definition.Name),
        "System.Collections.Frozen" => Frozen(definition.Name),
        "System" => Basic(definition.Name),
        _ => null,
    };

    /// <summary>True if the objects of a public base are of types that nobody can name.</summary>
    public static bool HasHidden(string definition, Type type) => definition switch
    {
        "System.Collections.Frozen.FrozenDictionary`2" or "System.Collections.Frozen.FrozenSet`1" => true,
        "System.Collections.Generic.EqualityComparer`1" or "System.Collections.Generic.Comparer`1" =>
            type.Name is not ("ComparisonComparer`1" or "DelegateEqualityComparer`1"),
        _ => false,
    };

    private static Type? Common(string name) => name switch
    {
        "List`1" => typeof(ListCodec<>),
        "Dictionary`2" => typeof(DictionaryCodec<,>),
        "HashSet`1" => typeof(HashSetCodec<>),
        "Queue`1" => typeof(QueueCodec<>),
        "EqualityComparer`1" => typeof(DefaultEqualityCodec<>),
        "Comparer`1" => typeof(DefaultOrderCodec<>),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Type? General(string name) => name switch
    {
        "Stack`1" => typeof(StackCodec<>),
        "LinkedList`1" => typeof(LinkedListCodec<>),
        "SortedSet`1" => typeof(SortedSetCodec<>),
        "SortedDictionary`2" => typeof(SortedDictionaryCodec<,>),
        "SortedList`2" => typeof(SortedListCodec<,>),
        "OrderedDictionary`2" => typeof(OrderedDictionaryCodec<,>),
        "PriorityQueue`2" => typeof(PriorityQueueCodec<,>),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Type? ObjectModel(string name) => name switch
    {
        "Collection`1" => typeof(PlainCollectionCodec<>),
        "ReadOnlyCollection`1" => typeof(ReadOnlyCollectionCodec<>),
        "ReadOnlyDictionary`2" => typeof(ReadOnlyDictionaryCodec<,>),
        "ObservableCollection`1" => typeof(ObservableCollectionCodec<>),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Type? Concurrent(string name) => name switch
    {
        "ConcurrentDictionary`2" => typeof(ConcurrentDictionaryCodec<,>),
        "ConcurrentQueue`1" => typeof(ConcurrentQueueCodec<>),
        "ConcurrentStack`1" => typeof(ConcurrentStackCodec<>),
        "ConcurrentBag`1" => typeof(ConcurrentBagCodec<>),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Type? Immutable(string name) => name switch
    {
        "ImmutableArray`1" => typeof(ImmutableArrayCodec<>),
        "ImmutableList`1" => typeof(ImmutableListCodec<>),
        "ImmutableQueue`1" => typeof(ImmutableQueueCodec<>),
        "ImmutableStack`1" => typeof(ImmutableStackCodec<>),
        "ImmutableHashSet`1" => typeof(ImmutableHashSetCodec<>),
        "ImmutableSortedSet`1" => typeof(ImmutableSortedSetCodec<>),
        "ImmutableDictionary`2" => typeof(ImmutableDictionaryCodec<,>),
        "ImmutableSortedDictionary`2" => typeof(ImmutableSortedDictionaryCodec<,>),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Type? Frozen(string name) => name switch
    {
        "FrozenDictionary`2" => typeof(FrozenDictionaryCodec<,>),
        "FrozenSet`1" => typeof(FrozenSetCodec<>),
        _ => null,
    };

    private static Type? Basic(string name) => name switch
    {
        "ArraySegment`1" => typeof(ArraySegmentCodec<>),
        "Memory`1" => typeof(MemoryCodec<>),
        "ReadOnlyMemory`1" => typeof(ReadOnlyMemoryCodec<>),
        "Lazy`1" => typeof(LazyCodec<>),
        "Progress`1" => typeof(ProgressCodec<>),
        _ => null,
    };
}
