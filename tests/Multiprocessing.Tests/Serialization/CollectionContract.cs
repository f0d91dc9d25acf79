using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Multiprocessing.Tests.Serialization;

public abstract class CollectionContract(bool emitted) : FieldAccess(emitted)
{
    public sealed record Item(string Name, int Number);

    public sealed class ByLength : IEqualityComparer<string>, IComparer<string>
    {
        public bool Equals(string? x, string? y) => x?.Length == y?.Length;

        public int GetHashCode(string obj) => obj.Length;

        public int Compare(string? x, string? y) => (x?.Length ?? 0).CompareTo(y?.Length ?? 0);
    }

    private static readonly Item[] Items = [new("a", 1), new("b", 2), new("c", 3)];

    private static void Same<T>(T value)
        where T : IEnumerable
    {
        T copy = RoundTrip.Of(value);
        Assert.Equal(value.GetType(), copy.GetType());
        Assert.Equal(value.Cast<object?>(), copy.Cast<object?>());
        Assert.Equal(value.Cast<object?>(), ((IEnumerable)RoundTrip.Of<object>(value)).Cast<object?>());
    }

    [Fact]
    public void Arrays_of_all_shapes_arrive()
    {
        Same(new[] { 1, 2, 3 });
        Same(Array.Empty<double>());
        Same(new[] { true, false });
        Same(new DateTime[] { new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
        Same(new decimal[] { 1.5m });
        Same(new (int, double)[] { (1, 2) });
        Same(Items);
        Same(new object?[] { 1, "two", null, 3.0, Items[0], new[] { 1 } });
        Same(new int[][] { [1], [], [2, 3] });
        Same(new int[2, 3] { { 1, 2, 3 }, { 4, 5, 6 } });
        Same(new string?[2, 2] { { "a", null }, { "c", "d" } });
        Same(new int[0, 5]);

        Array based = Array.CreateInstance(typeof(string), [2], [-1]);
        based.SetValue("first", -1);
        Array copy = RoundTrip.Of(based);
        Assert.Equal(-1, copy.GetLowerBound(0));
        Assert.Equal("first", copy.GetValue(-1));

        object[] covariant = new string[] { "s" };
        Assert.IsType<string[]>(RoundTrip.Of(covariant));
        Assert.IsType<uint[]>(RoundTrip.Of((object)new uint[] { 1 }));
        Assert.Equal([-1], (int[])(object)RoundTrip.Of((int[])(object)new uint[] { uint.MaxValue }));
    }

    [Fact]
    public void Lists_and_queues_arrive()
    {
        Same(new List<int> { 1, 2, 3 });
        Same(new List<Item>(Items));
        Same(new Queue<Item>(Items));
        Same(new Stack<Item>(Items));
        Same(new LinkedList<Item>(Items));
        Same(new Collection<Item>([.. Items]));
        Same(new ObservableCollection<Item>(Items));
        Same(new ReadOnlyCollection<Item>(Items));
        Same(new ArrayList { 1, "two" });
        Same(new SortedSet<int> { 3, 1, 2 });
        Same(new HashSet<Item>(Items));
        Assert.Equal(Items, RoundTrip.Of<IReadOnlyList<Item>>([.. Items]));

        PriorityQueue<string, int> queue = new([("late", 3), ("early", 1)]);
        Assert.Equal("early", RoundTrip.Of(queue).Dequeue());
    }

    [Fact]
    public void Dictionaries_arrive()
    {
        Dictionary<string, Item> plain = Items.ToDictionary(item => item.Name);
        Same(plain);
        Same(new SortedDictionary<string, Item>(plain));
        Same(new SortedList<string, Item>(plain));
        Same(new OrderedDictionary<string, Item>(plain));
        Same(new ReadOnlyDictionary<string, Item>(plain));
        Assert.Equal(plain, RoundTrip.Of(new ConcurrentDictionary<string, Item>(plain)));
        Assert.Equal(Items[1], RoundTrip.Of(Items.ToDictionary(item => item, item => item))[Items[1]]);
        Assert.Equal("v", RoundTrip.Of(new Hashtable { ["k"] = "v" })["k"]);
        Assert.Equal("v", RoundTrip.Of(new Dictionary<Type, string> { [typeof(int)] = "v" })[typeof(int)]);
    }

    [Fact]
    public void Concurrent_collections_arrive()
    {
        Same(new ConcurrentQueue<Item>(Items));
        Same(new ConcurrentStack<Item>(Items));
        Same(new ConcurrentBag<Item>(Items));
    }

    [Fact]
    public void Immutable_and_frozen_collections_arrive()
    {
        Same(ImmutableArray.Create(1, 2, 3));
        Assert.True(RoundTrip.Of(default(ImmutableArray<int>)).IsDefault);
        Same(ImmutableList.Create(Items));
        Same(ImmutableQueue.Create(Items));
        Same(ImmutableStack.Create(Items));
        Same(ImmutableHashSet.Create(Items));
        Same(ImmutableSortedSet.Create(3, 1, 2));
        Same(ImmutableDictionary.CreateRange(Items.ToDictionary(item => item.Name)));
        Same(ImmutableSortedDictionary.CreateRange(Items.ToDictionary(item => item.Name)));
        Assert.Equal(Items[0], RoundTrip.Of(Items.ToFrozenDictionary(item => item.Name))["a"]);
        Assert.Contains(Items[2], (IReadOnlySet<Item>)RoundTrip.Of(Items.ToFrozenSet()));
        Assert.Contains(5, (IReadOnlySet<int>)RoundTrip.Of(new[] { 5, 6 }.ToFrozenSet()));
    }

    [Fact]
    public void Parts_of_arrays_and_lazy_values_arrive()
    {
        int[] array = [1, 2, 3, 4];
        Assert.Equal([2, 3], RoundTrip.Of(new ArraySegment<int>(array, 1, 2)));
        Assert.Null(RoundTrip.Of(default(ArraySegment<int>)).Array);
        Assert.Equal([2, 3], RoundTrip.Of(array.AsMemory(1, 2)).ToArray());
        Assert.Equal("bc", RoundTrip.Of("abcd".AsMemory(1, 2)).ToString());
        Lazy<string> lazy = new("there");
        Assert.Equal("there", RoundTrip.Of(lazy).Value);
        Assert.Contains("Value", Assert.Throws<UnserializableException>(() => RoundTrip.Of(new Lazy<int>(() => 1))).Message);
    }

    [Fact]
    public void Comparers_arrive_with_their_collection()
    {
        Assert.Equal(1, RoundTrip.Of(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["Key"] = 1 })["KEY"]);
        Assert.Equal(1, RoundTrip.Of(new Dictionary<string, int>(StringComparer.InvariantCultureIgnoreCase) { ["Key"] = 1 })["KEY"]);
        Assert.Contains("zz", RoundTrip.Of(new HashSet<string>(new ByLength()) { "ab" }));
        Assert.Contains("zz", RoundTrip.Of(new SortedSet<string>(new ByLength()) { "ab" }));
        Assert.Contains("AB", RoundTrip.Of(ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "ab")));
        Assert.Contains("AB", (IReadOnlySet<string>)RoundTrip.Of(new[] { "ab" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase)));
        Assert.True(RoundTrip.Of(new ConcurrentDictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 }).ContainsKey("A"));
        Assert.Same(EqualityComparer<int>.Default, RoundTrip.Of<object>(EqualityComparer<int>.Default));
        Assert.Same(Comparer<string>.Default, RoundTrip.Of<IComparer<string>>(Comparer<string>.Default));
        Assert.True(RoundTrip.Of<IEqualityComparer<string>>(StringComparer.OrdinalIgnoreCase).Equals("a", "A"));
        Assert.Same(StringComparer.Ordinal, RoundTrip.Of(StringComparer.Ordinal));
        Assert.Contains(Items[0], RoundTrip.Of(new Dictionary<object, Item>(ReferenceEqualityComparer.Instance) { [Items[0]] = Items[0] }).Values);
    }

    [Fact]
    public void Tuples_of_any_length_arrive()
    {
        Assert.Equal((1, "a"), RoundTrip.Of((1, "a")));
        Assert.Equal((1, 2, 3, 4, 5, 6, 7, 8, "nine"), RoundTrip.Of((1, 2, 3, 4, 5, 6, 7, 8, "nine")));
        Assert.Equal(Tuple.Create(1, "a", 2.5), RoundTrip.Of(Tuple.Create(1, "a", 2.5)));
        Assert.Equal(KeyValuePair.Create("k", Items[0]), RoundTrip.Of(KeyValuePair.Create("k", Items[0])));
        Assert.Equal(KeyValuePair.Create(1, 2), RoundTrip.Of(KeyValuePair.Create(1, 2)));
    }
}

public sealed class EmittedCollectionTests() : CollectionContract(true);

public sealed class ReflectedCollectionTests() : CollectionContract(false);
