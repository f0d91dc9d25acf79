using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public sealed class FieldEmissionTests() : FieldAccess(emitted: false)
{
    private readonly record struct Struct(string Text, long Number, int[] Numbers);

    private sealed record Class(string Text, long Number, int[] Numbers);

    [Fact]
    public void A_struct_is_the_same_for_a_thread_that_goes_on_without_the_code_another_one_has_just_emitted()
    {
        StructCodec<Struct> codec = new();
        Struct value = new("text", 12, [1, 2]);
        ExchangeWhileCodeIsEmitted(codec, value, copy =>
        {
            Assert.Equal((value.Text, value.Number), (copy.Text, copy.Number));
            Assert.Equal(value.Numbers, copy.Numbers);
        });
    }

    [Fact]
    public void An_object_is_the_same_for_a_thread_that_goes_on_without_the_code_another_one_has_just_emitted()
    {
        ObjectGraphCodec<Class> codec = new();
        Class value = new("text", 12, [1, 2]);
        ExchangeWhileCodeIsEmitted(codec, value, copy =>
        {
            Assert.Equal((value.Text, value.Number), (copy.Text, copy.Number));
            Assert.Equal(value.Numbers, copy.Numbers);
        });
    }

    private static void ExchangeWhileCodeIsEmitted<T>(Codec<T> codec, T value, Action<T> assertSame)
    {
        // The first use is not enough, the next one is, then again none: what a thread does that asked before another one's last use.
        foreach (int before in (int[])[1, int.MaxValue, 2, int.MaxValue, 0, int.MaxValue])
        {
            FieldAccessMode.UsesBeforeEmitting = before;
            assertSame(Exchange(codec, value));
        }
    }

    private static T Exchange<T>(Codec<T> codec, T value)
    {
        PayloadWriter writer = PayloadWriter.Rent();
        try
        {
            codec.Write(writer, value);
            PayloadReader reader = new(writer.Written, RoundTrip.Symbols(writer.HighestSymbol));
            T copy = codec.Read(ref reader);
            Assert.Equal(0, reader.Remaining);
            return copy;
        }
        finally
        {
            writer.Return();
        }
    }
}
