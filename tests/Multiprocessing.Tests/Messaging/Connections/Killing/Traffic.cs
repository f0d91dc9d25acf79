using System.Buffers.Binary;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>Numbered messages whose kind, length and content follow from the seed and the number, so that both sides know them.</summary>
internal sealed class Traffic(int seed, int direction, SharedProbe? tag)
{
    private static CancellationTokenSource Never { get; } = new();

    public void Send(Connection connection, int number)
    {
        Random random = Of(number);
        byte[] bytes = BytesOf(number, random);
        switch (random.Next(5))
        {
            case 0:
                connection.Send(new Tagged(number, tag, bytes));
                break;
            case 1:
                connection.SendAsync(new Tagged(number, null, bytes)).AsTask().GetAwaiter().GetResult();
                break;
            case 2:
                connection.SendBytesAsync(bytes).AsTask().GetAwaiter().GetResult();
                break;
            case 3:
                connection.SendBytes(bytes, Never.Token);
                break;
            default:
                connection.SendBytes(bytes);
                break;
        }
    }

    /// <summary>Receives the next message.</summary>
    /// <returns>Whether it is this one, and whole.</returns>
    public bool Receive(Connection connection, int number)
    {
        Random random = Of(number);
        byte[] expected = BytesOf(number, random);
        int kind = random.Next(5);
        byte[] bytes;
        if (kind < 2)
        {
            Tagged got = number % 2 == 0 ? connection.Receive<Tagged>() : connection.ReceiveAsync<Tagged>().AsTask().GetAwaiter().GetResult();
            bytes = got.Bytes;
            bool isTagged = got.Tag is not null;
            got.Tag?.Dispose();
            if (got.Number != number || (isTagged && kind != 0))
            {
                return false;
            }
        }
        else
        {
            bytes = (number % 3) switch
            {
                0 => connection.ReceiveBytes(),
                1 => connection.ReceiveBytesAsync().AsTask().GetAwaiter().GetResult(),
                _ => connection.Poll(Timeout.InfiniteTimeSpan) ? connection.ReceiveBytes(Never.Token) : [],
            };
        }

        return bytes.AsSpan().SequenceEqual(expected);
    }

    private Random Of(int number) => new((seed * 31) + (direction * 1_000_003) + number);

    private byte[] BytesOf(int number, Random random)
    {
        int more = random.Next(40) switch
        {
            0 => 57_300 + random.Next(200), // About the largest that goes into a ring.
            1 => random.Next(300_000),
            < 10 => random.Next(3000),
            _ => random.Next(80),
        };
        byte[] bytes = new byte[8 + more];
        Array.Fill(bytes, (byte)random.Next(256));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), direction);
        return bytes;
    }

    internal sealed record Tagged(int Number, SharedProbe? Tag, byte[] Bytes);
}
