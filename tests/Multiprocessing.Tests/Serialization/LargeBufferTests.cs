using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public sealed class LargeBufferTests
{
    private sealed class Buffers : LargeBufferSink
    {
        public List<byte[]> All { get; } = [];

        public override Span<byte> Rent(long length, out int index)
        {
            All.Add(new byte[length]);
            index = All.Count - 1;
            return All[index];
        }
    }

    private sealed class Source(List<byte[]> buffers) : LargeBufferSource
    {
        public override ReadOnlySpan<byte> Get(int index) =>
            (uint)index < (uint)buffers.Count ? buffers[index] : throw new PayloadException("no such buffer");
    }

    private static (T Copy, int Length, int Buffers) Send<T>(T value)
    {
        Buffers buffers = new();
        PayloadWriter writer = PayloadWriter.Rent(buffers);
        Serializer.Write(writer, value);
        PayloadReader reader = new(writer.Written, RoundTrip.Symbols(writer.HighestSymbol), new Source(buffers.All));
        (T, int, int) result = (Serializer.Read<T>(ref reader), writer.Length, buffers.All.Count);
        writer.Return();
        return result;
    }

    [Fact]
    public void Large_blocks_leave_the_body()
    {
        double[] array = [.. Enumerable.Range(0, 100_000).Select(i => i * 0.5)];
        (double[] Copy, int Length, int Buffers) sent = Send(array);
        Assert.Equal(array, sent.Copy);
        Assert.Equal(1, sent.Buffers);
        Assert.InRange(sent.Length, 1, 16);

        string text = new('ü', LargeBufferSink.Threshold);
        Assert.Equal((text, 1), (Send(text).Copy, Send(text).Buffers));
        Assert.Equal(1, Send(new List<long>(new long[10_000])).Buffers);
        Assert.Equal(1, Send<Memory<byte>>(new byte[LargeBufferSink.Threshold]).Buffers);
        object[] shared = Send<object[]>([array, array]).Copy;
        Assert.Same(shared[0], shared[1]);
    }

    [Fact]
    public void Small_blocks_stay_in_the_body() => Assert.Equal(0, Send(new byte[LargeBufferSink.Threshold - 1]).Buffers);

    [Fact]
    public void A_missing_or_short_buffer_is_refused()
    {
        Buffers buffers = new();
        PayloadWriter writer = PayloadWriter.Rent(buffers);
        Serializer.Write(writer, new byte[LargeBufferSink.Threshold]);
        byte[] body = writer.Written.ToArray();
        writer.Return();
        Assert.Throws<PayloadException>(() => Read(body, null));
        Assert.Throws<PayloadException>(() => Read(body, new Source([])));
        Assert.Throws<PayloadException>(() => Read(body, new Source([new byte[10]])));

        static byte[] Read(byte[] body, LargeBufferSource? source)
        {
            PayloadReader reader = new(body, IncomingSymbols.None, source);
            return Serializer.Read<byte[]>(ref reader);
        }
    }
}
