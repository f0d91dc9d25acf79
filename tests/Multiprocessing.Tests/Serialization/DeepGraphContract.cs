using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public abstract class DeepGraphContract(bool emitted) : FieldAccess(emitted)
{
    public sealed class Link
    {
        public Link? Next { get; set; }

        public object? Any { get; set; }
    }

    private static Link Chain(int length, bool byObject)
    {
        Link last = new();
        for (int i = 1; i < length; i++)
        {
            last = byObject ? new Link { Any = last } : new Link { Next = last };
        }

        return last;
    }

    private static int Count(Link? link)
    {
        int count = 0;
        for (; link is not null; link = link.Next ?? (Link?)link.Any)
        {
            count++;
        }

        return count;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_of_100_000_objects_arrives(bool byObject) =>
        Assert.Equal(100_000, Count(RoundTrip.SelfContained(Chain(100_000, byObject))));

    [Fact]
    public void A_chain_of_lists_and_a_chain_of_closures_arrive()
    {
        object list = "end";
        for (int i = 0; i < 50_000; i++)
        {
            list = new List<object> { list };
        }

        Assert.IsType<List<object>>(RoundTrip.SelfContained(list));

        Func<int> f = () => 1;
        for (int i = 0; i < 20_000; i++)
        {
            Func<int> inner = f;
            f = () => inner();
        }

        Assert.IsType<Func<int>>(RoundTrip.SelfContained(f));
    }

    [Fact]
    public void A_chain_that_is_too_long_is_refused_and_does_no_harm()
    {
        Link chain = Chain(1_000_000, byObject: false);
        Assert.Contains("too deeply", Assert.Throws<UnserializableException>(() => SelfContainedPayload.Serialize(chain)).Message, StringComparison.Ordinal);
        Assert.Equal(10, Count(RoundTrip.SelfContained(Chain(10, false))));
    }

    [Fact]
    public void A_hostile_payload_of_endless_depth_is_refused()
    {
        // Lists in lists: an exact header for the first, then "typed, symbol, one element" again and again.
        PayloadWriter writer = PayloadWriter.Rent();
        Serializer.Write<object>(writer, new List<object> { "x" });
        byte[] level = writer.Written[..^4].ToArray();
        IncomingSymbols symbols = RoundTrip.Symbols(writer.HighestSymbol);
        writer.Return();
        byte[] payload = new byte[level.Length * 1_000_000];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = level[i % level.Length];
        }

        Assert.Throws<PayloadException>(() =>
        {
            PayloadReader reader = new(payload, symbols);
            Serializer.Read<object>(ref reader);
        });
    }
}

public sealed class EmittedDeepGraphTests() : DeepGraphContract(true);

public sealed class ReflectedDeepGraphTests() : DeepGraphContract(false);
