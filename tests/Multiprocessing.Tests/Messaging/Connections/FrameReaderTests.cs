using System.Buffers.Binary;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing.Tests.Messaging.Connections;

public sealed class FrameReaderTests
{
    /// <summary>Seeded, so that a failure can be repeated.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Messages_come_out_as_they_went_in_however_they_were_cut(int seed)
    {
        var random = new Random(seed);
        var stream = new MemoryStream();
        var sent = new List<byte[]>();
        for (int i = 0; i < 200; i++)
        {
            byte[] message = new byte[random.Next(4) == 0 ? random.Next(200_000) : random.Next(50)];
            random.NextBytes(message);
            sent.Add(message);
            stream.Write(Header(message.Length, isLong: random.Next(5) == 0));
            stream.Write(message);
        }

        using var reader = new FrameReader();
        ReadOnlySpan<byte> rest = stream.ToArray();
        foreach (byte[] expected in sent)
        {
            ReceivedMessage message;
            while (!reader.TryTake(int.MaxValue, out message))
            {
                int count = Math.Min(Math.Min(rest.Length, reader.Room.Length), 1 + random.Next(random.Next(2) == 0 ? 10 : 100_000));
                Assert.NotEqual(0, count);
                rest[..count].CopyTo(reader.Room.Span);
                reader.Advance(count);
                rest = rest[count..];
            }

            Assert.True(message.Bytes.SequenceEqual(expected));
            message.Dispose();
        }

        Assert.True(rest.IsEmpty);
        Assert.False(reader.HasBytes);
    }

    [Fact]
    public void Noise_gives_messages_or_the_documented_exception_and_takes_no_memory_on_its_word()
    {
        var random = new Random(11);
        for (int round = 0; round < 3000; round++)
        {
            byte[] noise = new byte[random.Next(4, 200)];
            random.NextBytes(noise);
            if (random.Next(2) == 0)
            {
                noise[0] = (byte)random.Next(2); // Lengths that are at least possible.
            }

            using var reader = new FrameReader();
            noise.CopyTo(reader.Room.Span);
            reader.Advance(noise.Length);
            try
            {
                while (reader.TryTake(1 << 28, out ReceivedMessage message))
                {
                    Assert.InRange(message.Length, 0, noise.Length);
                    message.Dispose();
                }

                Assert.InRange(reader.Room.Length, 1, 4 << 20);
            }
            catch (IOException)
            {
                // A header that is none, or that announces too much.
            }
        }
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    public void A_negative_length_is_refused(int length)
    {
        using var reader = new FrameReader();
        BinaryPrimitives.WriteInt32BigEndian(reader.Room.Span, length);
        reader.Advance(4);
        Assert.Throws<IOException>(() => reader.TryTake(int.MaxValue, out _));
    }

    private static byte[] Header(int length, bool isLong)
    {
        byte[] header = new byte[isLong ? 12 : 4];
        BinaryPrimitives.WriteInt32BigEndian(header, isLong ? -1 : length);
        if (isLong)
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(4), length);
        }

        return header;
    }
}
