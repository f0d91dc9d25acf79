namespace Multiprocessing.Tests.Serialization;

public abstract class ValueContract(bool emitted) : FieldAccess(emitted)
{
    public enum Small : byte { None, One, Last = 255 }

    public readonly record struct Point(int X, double Y);

    public record Person(string Name, int Age)
    {
        public Person? Friend { get; set; }
    }

    [Fact]
    public void Primitives_and_strings_arrive()
    {
        Assert.Equal(42, RoundTrip.Of(42));
        Assert.Equal("abc", RoundTrip.Of("abc"));
        Assert.Equal("grün\ud800", RoundTrip.Of("grün\ud800"));
        Assert.Null(RoundTrip.Of<string?>(null));
        Assert.Equal(Small.Last, RoundTrip.Of(Small.Last));
        Assert.Equal(new Point(1, 2), RoundTrip.Of(new Point(1, 2)));
        Assert.Equal((1, "a", 2.5), RoundTrip.Of((1, "a", 2.5)));
        Assert.Equal([1, 2, 3], RoundTrip.Of(new[] { 1, 2, 3 }));
        Assert.Equal(["a", "b"], RoundTrip.Of(new List<string> { "a", "b" }));
        Assert.Equal(2, RoundTrip.Of(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 })["b"]);
        Assert.Equal((int?)3, RoundTrip.Of((int?)3));
        Assert.Equal(7, RoundTrip.Of<object>(7));
    }

    [Fact]
    public void Records_with_cycles_arrive()
    {
        Person person = new("Ann", 3);
        person.Friend = person;
        Person copy = RoundTrip.Of(person);
        Assert.Equal("Ann", copy.Name);
        Assert.Same(copy, copy.Friend);
        Assert.Equal("Ann", ((Person)RoundTrip.Of<object>(person)).Name);
    }

    [Fact]
    public void Delegates_arrive()
    {
        int y = 5;
        using MemoryStream stream = new();
        Action unrelated = () => stream.WriteByte((byte)y);
        Assert.Equal(3, RoundTrip.Of<Func<int, int>>(x => x + 1)(2));
        Assert.Equal(7, RoundTrip.Of<Func<int, int>>(x => x + y)(2));
        Assert.Equal(4, RoundTrip.Of<Func<int, int>>(Math.Abs)(-4));
        Assert.Contains("captured variable `stream`", Assert.Throws<UnserializableException>(() => RoundTrip.Of(unrelated)).Message);
    }
}

public sealed class EmittedValueTests() : ValueContract(true);

public sealed class ReflectedValueTests() : ValueContract(false);
