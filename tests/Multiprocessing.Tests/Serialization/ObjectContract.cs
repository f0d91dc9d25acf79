using System.Collections.Immutable;
using System.Collections.ObjectModel;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public abstract class ObjectContract(bool emitted) : FieldAccess(emitted)
{
    public record Shape(string Name);

    public record Circle(string Name, double Radius) : Shape(Name);

    public sealed record Person(string Name, int Age, Person? Friend);

    public readonly record struct Named(string Name, int Number);

    public class Account(int start)
    {
        private readonly int _start = start;
        private int _balance = start;

        public int Balance => _balance - _start;

        public void Add(int amount) => _balance += amount;
    }

    public sealed class Savings(int start, string owner) : Account(start)
    {
        private readonly string _balance = owner; // the same name as in the base

        public string Owner => _balance;
    }

    public sealed class Node
    {
        public Node? Next { get; set; }

        public List<Node> Children { get; } = [];

        public HashSet<Node> Set { get; } = [];

        public int Key { get; set; }

        public override int GetHashCode() => Key;

        public override bool Equals(object? obj) => obj is Node node && node.Key == Key;
    }

    public sealed class MyList : List<int>
    {
        public string Label { get; set; } = "none";
    }

    public sealed class MyMap() : Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        public object? Tag { get; set; }
    }

    public sealed class Guarded : Collection<string>
    {
        protected override void InsertItem(int index, string item) => throw new InvalidOperationException("must not run");

        public void Fill(string item) => Items.Add(item);
    }

    public sealed class Cached
    {
        public int Kept { get; set; } = 1;

        [NonSerialized]
#pragma warning disable CA1051
        public Stream? Left = Stream.Null;
#pragma warning restore CA1051
    }

    public struct Wrapper
    {
        public object? Any { get; set; }

        public Named? Maybe { get; set; }
    }

    public interface IEmpty;

    public sealed class Empty : IEmpty;

    public struct Nothing;

    public sealed class Finalized
    {
        public static int Count { get; set; }

        public string? Text { get; set; }

        ~Finalized() => Count += Text!.Length;
    }

    [Fact]
    public void Records_and_derived_types_arrive()
    {
        Person person = new("Ann", 30, new Person("Bob", 40, null));
        Assert.Equal(person, RoundTrip.Of(person));
        Shape shape = new Circle("round", 2);
        Assert.Equal(shape, RoundTrip.Of(shape));
        Assert.Equal([shape, new Shape("plain")], RoundTrip.Of<Shape[]>([shape, new Shape("plain")]));
        Assert.IsType<Empty>(RoundTrip.Of<IEmpty>(new Empty()));
        Assert.Null(RoundTrip.Of<IEmpty?>(null));
        _ = RoundTrip.Of(new Nothing());
        Assert.Equal(3, RoundTrip.Of(new Nothing[3]).Length);
    }

    [Fact]
    public void Anonymous_types_arrive()
    {
        var value = new { Name = "Ann", Point = (1, 2) };
        Assert.Equal(value, RoundTrip.Of(value));
    }

    [Fact]
    public void Private_and_readonly_state_of_all_levels_arrives()
    {
        Savings savings = new(100, "Ann");
        savings.Add(5);
        Savings copy = RoundTrip.Of(savings);
        Assert.Equal(5, copy.Balance);
        Assert.Equal("Ann", copy.Owner);
    }

    [Fact]
    public void Structs_with_references_arrive()
    {
        Assert.Equal(new Named("x", 1), RoundTrip.Of(new Named("x", 1)));
        Assert.Equal([new Named("x", 1), default], RoundTrip.Of<Named[]>([new Named("x", 1), default]));
        Wrapper wrapper = new() { Any = new Named("inner", 2), Maybe = new Named("maybe", 3) };
        Assert.Equal(wrapper, RoundTrip.Of(wrapper));
        Assert.Equal(wrapper, RoundTrip.Of<object>(wrapper));
    }

    [Fact]
    public void Shared_references_and_cycles_keep_their_identity()
    {
        Node node = new() { Key = 1 };
        node.Next = node;
        node.Children.AddRange([node, new Node { Key = 2, Next = node }]);
        Node copy = RoundTrip.Of(node);
        Assert.Same(copy, copy.Next);
        Assert.Same(copy, copy.Children[0]);
        Assert.Same(copy, copy.Children[1].Next);

        object shared = new();
        object[] pair = RoundTrip.Of<object[]>([shared, shared, new()]);
        Assert.Same(pair[0], pair[1]);
        Assert.NotSame(pair[0], pair[2]);

        object[] self = new object[1];
        self[0] = self;
        object[] selfCopy = RoundTrip.Of(self);
        Assert.Same(selfCopy, selfCopy[0]);

        int[] numbers = [1];
        int[][] jagged = RoundTrip.Of<int[][]>([numbers, numbers]);
        Assert.Same(jagged[0], jagged[1]);
    }

    [Fact]
    public void Many_shared_references_keep_their_identity()
    {
        object[] distinct = [.. Enumerable.Range(0, 1000).Select(_ => new object())];
        object[] copy = RoundTrip.Of<object[]>([.. distinct, .. distinct]);
        Assert.Equal(1000, copy.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Same(copy[i], copy[i + 1000]));
    }

    [Fact]
    public void A_set_that_contains_its_owner_finds_it()
    {
        Node node = new() { Key = 7 };
        node.Set.Add(node);
        node.Set.Add(new Node { Key = 8 });
        Node copy = RoundTrip.Of(node);
        Assert.Contains(copy, copy.Set);
        Assert.Equal(2, copy.Set.Count);
    }

    [Fact]
    public void A_cycle_through_an_immutable_object_is_refused_at_the_call_site()
    {
        object[] holder = new object[1];
        ImmutableList<object> list = [holder];
        holder[0] = list;
        Assert.Contains("contains itself", Assert.Throws<UnserializableException>(() => RoundTrip.Of(list)).Message);
        Assert.Same(list, holder[0]);

        object[] twice = RoundTrip.Of<object[]>([ImmutableList.Create(1), "x"]);
        Assert.Equal([1], (ImmutableList<int>)twice[0]);
    }

    [Fact]
    public void Classes_derived_from_collections_arrive_with_their_fields()
    {
        MyList list = RoundTrip.Of(new MyList { 1, 2 });
        Assert.Equal([1, 2], list);
        Assert.Equal("none", list.Label);

        MyMap map = new() { ["Key"] = 1 };
        map.Tag = map;
        MyMap copy = RoundTrip.Of(map);
        Assert.Equal(1, copy["KEY"]);
        Assert.Same(copy, copy.Tag);

        Guarded guarded = [];
        guarded.Fill("item");
        Assert.Equal("item", Assert.Single(RoundTrip.Of(guarded)));
    }

    [Fact]
    public void Fields_marked_NonSerialized_stay_behind()
    {
        Cached copy = RoundTrip.Of(new Cached { Kept = 5 });
        Assert.Equal(5, copy.Kept);
        Assert.Null(copy.Left);
    }

    [Fact]
    public void Finalizers_run_on_complete_objects_only()
    {
        Finalized value = new() { Text = "four" };
        byte[] payload = SelfContainedPayload.Serialize(value);
        payload[^5] = 200; // the length of the string
        Assert.Throws<PayloadException>(() => SelfContainedPayload.Deserialize<Finalized>(payload));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal("four", RoundTrip.Of(value).Text);
        GC.KeepAlive(value);
    }
}

public sealed class EmittedObjectTests() : ObjectContract(true);

public sealed class ReflectedObjectTests() : ObjectContract(false);
