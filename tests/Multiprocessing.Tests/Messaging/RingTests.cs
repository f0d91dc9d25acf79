using System.Runtime.InteropServices;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Tests.Messaging;

public sealed unsafe class RingTests : IDisposable
{
    private const int Capacity = 4096;
    private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed(Capacity + 256);

    private long* Tail => (long*)(_memory + Capacity);

    private long* Head => (long*)(_memory + Capacity + 128);

    public void Dispose() => NativeMemory.Free(_memory);

    [Fact]
    public void Frames_of_all_lengths_come_out_as_they_went_in()
    {
        (RingWriter writer, RingReader reader) = Open();
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] sent = new byte[random.Next(0, writer.MaxPayload + 1)];
            random.NextBytes(sent);
            Assert.True(writer.TryReserve(sent.Length, out Span<byte> payload));
            sent.CopyTo(payload);
            writer.Commit(FrameKind.Task);
            Assert.True(reader.TryTake(out FrameKind kind, out ReadOnlySpan<byte> received));
            Assert.Equal(FrameKind.Task, kind);
            Assert.True(received.SequenceEqual(sent));
            reader.Release();
            Assert.False(reader.TryTake(out _, out _));
            Assert.True(writer.IsEmpty);
        }
    }

    [Fact]
    public void A_full_ring_refuses_and_takes_again_after_a_release()
    {
        (RingWriter writer, RingReader reader) = Open();
        int sent = 0;
        while (writer.TryReserve(100, out Span<byte> payload))
        {
            payload[0] = (byte)sent++;
            writer.Commit(FrameKind.Task);
        }

        Assert.InRange(sent, 30, Capacity / 100);
        Assert.True(reader.TryTake(out _, out ReadOnlySpan<byte> first));
        Assert.Equal(0, first[0]);
        Assert.False(writer.TryReserve(100, out _));
        reader.Release();
        Assert.True(writer.TryReserve(100, out _));
    }

    [Fact]
    public void A_frame_is_either_taken_or_revoked()
    {
        (RingWriter writer, RingReader reader) = Open();
        long first = Send(writer, 1);
        long second = Send(writer, 2);
        long third = Send(writer, 3);
        Assert.True(reader.TryTake(out _, out _));
        Assert.False(writer.TryRevoke(first));
        Assert.True(writer.WasTaken(first));
        Assert.False(writer.WasTaken(second));
        Assert.True(writer.TryRevoke(second));
        Assert.False(writer.TryRevoke(second));
        reader.Release();
        Assert.True(reader.TryTake(out _, out ReadOnlySpan<byte> payload));
        Assert.Equal(3, payload[0]);
        reader.Release();
        Assert.True(writer.WasTaken(third));
        Assert.False(writer.TryRevoke(third));
    }

    [Fact(Timeout = 60_000)]
    public Task Under_contention_each_frame_goes_exactly_one_way()
    {
        int[] fate = new int[300_000];
        Task consumer = Task.Factory.StartNew(() => Consume(fate), TaskCreationOptions.LongRunning);
        int revoked = Produce(fate);
        return consumer.ContinueWith(
            _ =>
            {
                Assert.All(fate, f => Assert.Equal(1, f));
                Assert.InRange(revoked, 1, fate.Length - 1);
            },
            TaskScheduler.Default);
    }

    [Theory]
    [InlineData(8, 5000)]
    [InlineData(8, -1)]
    [InlineData(-8, 0)]
    [InlineData(9000, 0)]
    [InlineData(12, 0)]
    public void What_a_broken_producer_writes_is_detected(long tail, int length)
    {
        (_, RingReader reader) = Open();
        *(ulong*)_memory = new FrameHeader(length, FrameKind.Task, FrameState.Ready).Bits;
        *Tail = tail;
        Assert.Throws<RingCorruptException>(() => reader.TryTake(out _, out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void What_a_broken_consumer_writes_is_detected(long head)
    {
        (RingWriter writer, _) = Open();
        *Head = head;
        Assert.Throws<RingCorruptException>(() =>
        {
            while (writer.TryReserve(100, out _))
            {
                writer.Commit(FrameKind.Task);
            }
        });
    }

    [Fact]
    public void Random_bytes_as_a_ring_never_lead_outside_of_it()
    {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++)
        {
            var bytes = new Span<byte>(_memory, Capacity);
            random.NextBytes(bytes);
            for (int i = 4; i < Capacity; i += 8)
            {
                if (random.Next(4) > 0)
                {
                    // Plausible headers, so that the walk gets further than the first.
                    bytes[i - 1] = bytes[i - 2] = 0;
                    bytes[i - 3] = (byte)random.Next(2);
                    bytes[i + 1] = (byte)random.Next(4);
                }
            }

            *Head = 0;
            *Tail = random.Next(0, (Capacity / 8) + 1) * 8;
            (_, RingReader reader) = Open();
            try
            {
                while (reader.TryTake(out _, out ReadOnlySpan<byte> payload))
                {
                    fixed (byte* start = payload)
                    {
                        Assert.True(payload.IsEmpty || (start >= _memory && start + payload.Length <= _memory + Capacity));
                    }

                    reader.Release();
                }
            }
            catch (RingCorruptException)
            {
                continue;
            }
        }
    }

    private static long Send(RingWriter writer, byte value)
    {
        Assert.True(writer.TryReserve(1, out Span<byte> payload));
        payload[0] = value;
        return writer.Commit(FrameKind.Task);
    }

    private (RingWriter Writer, RingReader Reader) Open() =>
        (new RingWriter(_memory, Capacity, Tail, Head), new RingReader(_memory, Capacity, Tail, Head));

    private int Produce(int[] fate)
    {
        var writer = new RingWriter(_memory, Capacity, Tail, Head);
        var random = new Random(3);
        int revoked = 0;
        for (int i = 0; i < fate.Length; i++)
        {
            Span<byte> payload;
            while (!writer.TryReserve(4, out payload))
            {
                Thread.Yield();
            }

            MemoryMarshal.Write(payload, i);
            long position = writer.Commit(FrameKind.Task);
            if (random.Next(2) == 0 && writer.TryRevoke(position))
            {
                Interlocked.Increment(ref fate[i]);
                revoked++;
            }
        }

        while (!writer.TryReserve(4, out _))
        {
            Thread.Yield();
        }

        writer.Commit(FrameKind.Complete);
        return revoked;
    }

    private void Consume(int[] fate)
    {
        var reader = new RingReader(_memory, Capacity, Tail, Head);
        while (true)
        {
            if (!reader.TryTake(out FrameKind kind, out ReadOnlySpan<byte> payload))
            {
                Thread.Yield();
                continue;
            }

            if (kind == FrameKind.Complete)
            {
                return;
            }

            Interlocked.Increment(ref fate[MemoryMarshal.Read<int>(payload)]);
            reader.Release();
        }
    }
}
