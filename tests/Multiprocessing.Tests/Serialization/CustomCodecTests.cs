using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public sealed class CustomCodecTests
{
    [PayloadCodec(typeof(Codec))]
    public class Money(decimal amount, object? tag = null)
    {
        public decimal Amount { get; } = amount;

        public object? Tag { get; } = tag;

        private sealed class Codec : IPayloadCodec<Money>
        {
            public void Write(PayloadWriter writer, Money value)
            {
                writer.WriteString("money");
                writer.Write(value.Amount);
                writer.Write(value.Tag);
            }

            public Money Read(ref PayloadReader reader) =>
                reader.ReadString() == "money" ? new Money(reader.Read<decimal>(), reader.Read<object?>()) : throw new FormatException("no money");
        }
    }

    public sealed class Foreign(decimal amount, string country) : Money(amount)
    {
        public string Country { get; } = country;
    }

    [PayloadCodec(null!)]
    public sealed class Unnamed;

    [PayloadCodec(typeof(BoxCodec<>))]
    public sealed class Box<T>(T content)
    {
        public T Content { get; } = content;
    }

    public sealed class BoxCodec<T> : IPayloadCodec<Box<T>>
    {
        public void Write(PayloadWriter writer, Box<T> value) => writer.Write(value.Content);

        public Box<T> Read(ref PayloadReader reader) => new(reader.Read<T>());
    }

    [PayloadCodec(typeof(Codec))]
    public readonly struct Celsius(double degrees)
    {
        public double Degrees { get; } = degrees;

        private sealed class Codec : IPayloadCodec<Celsius>
        {
            public void Write(PayloadWriter writer, Celsius value) => writer.WriteDouble(value.Degrees + 1);

            public Celsius Read(ref PayloadReader reader) => new(reader.ReadDouble() - 1);
        }
    }

    [PayloadCodec(typeof(Codec))]
    public sealed class Throws
    {
        private sealed class Codec : IPayloadCodec<Throws>
        {
            public void Write(PayloadWriter writer, Throws value) => throw new NotSupportedException("not today");

            public Throws Read(ref PayloadReader reader) => new();
        }
    }

    [PayloadCodec(typeof(string))]
    public sealed class Mistaken;

    [Fact]
    public void A_type_travels_by_its_own_codec()
    {
        Money money = new(1.5m, new List<int> { 1 });
        Money copy = RoundTrip.Of(money);
        Assert.Equal(1.5m, copy.Amount);
        Assert.Equal([1], (List<int>)copy.Tag!);
        Assert.Equal(2m, ((Money)RoundTrip.Of<object>(new Money(2))).Amount);
        Money[] twice = RoundTrip.Of<Money[]>([money, money]);
        Assert.Same(twice[0], twice[1]);
        Assert.Null(RoundTrip.Of<Money?>(null));
    }

    [Fact]
    public void Generic_types_and_structs_travel_by_their_codecs()
    {
        Assert.Equal("x", RoundTrip.Of(new Box<string>("x")).Content);
        Assert.Equal(3, RoundTrip.Of(new Box<int>(3)).Content);
        Assert.Equal(20.5, RoundTrip.Of(new Celsius(20.5)).Degrees);
        Assert.Equal(20.5, RoundTrip.Of<Celsius[]>([new(20.5)])[0].Degrees);
        Assert.Equal((1, 2.5), (RoundTrip.Of((1, new Celsius(2.5))) is var pair ? (pair.Item1, pair.Item2.Degrees) : default));
    }

    [Fact]
    public void A_codec_is_not_inherited() =>
        Assert.Contains("codec", Assert.Throws<UnserializableException>(() => RoundTrip.Of<Money>(new Foreign(1, "x"))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_codec_throws_is_an_error_of_the_right_side()
    {
        UnserializableException refused = Assert.Throws<UnserializableException>(() => RoundTrip.Of(new Throws[] { new() }));
        Assert.Contains("not today", refused.Message, StringComparison.Ordinal);
        Assert.IsType<NotSupportedException>(refused.InnerException);
        byte[] payload = SelfContainedPayload.Serialize(new Money(1));
        payload[payload.AsSpan().IndexOf("money"u8)] = (byte)'h';
        PayloadException bad = Assert.Throws<PayloadException>(() => SelfContainedPayload.Deserialize<Money>(payload));
        Assert.IsType<FormatException>(bad.InnerException);
    }

    [Fact]
    public void A_mistaken_codec_is_named() =>
        Assert.Contains("System.String", Assert.Throws<UnserializableException>(() => RoundTrip.Of(new Mistaken())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_broken_declaration_of_a_codec_fails_nothing_when_it_is_looked_up_in_advance() =>
        SelfContainedPayload.Prepare(SelfContainedPayload.DefinitionsOf(SelfContainedPayload.Serialize(typeof(Unnamed))));
}
