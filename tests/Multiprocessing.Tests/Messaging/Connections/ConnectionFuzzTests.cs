using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Authentication;
using Multiprocessing.Messaging.Connections;
using Multiprocessing.Serialization;
using Multiprocessing.Tests.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>Seeded damage of everything that a connection reads: an answer or a documented exception, soon, and no memory on its word.</summary>
public sealed class ConnectionFuzzTests
{
    private static readonly byte[] Key = [1];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mutated_handshakes_succeed_only_if_nothing_was_changed(int seed)
    {
        var random = new Random(seed);
        int successes = 0;
        for (int i = 0; i < 3000; i++)
        {
            (ScriptedStream one, ScriptedStream other) = ScriptedStream.Pair();
            bool isChanged = false;
            int which = random.Next(6);
            int seen = 0;
            byte[] Change(byte[] message)
            {
                byte[] mutated = seen++ == which ? Noise.Mutate(random, message) : message;
                isChanged |= !message.AsSpan().SequenceEqual(mutated);
                return mutated;
            }

            (random.Next(2) == 0 ? one : other).OnReceived = Change;
            Task accepting = EndAsync(one, new ConnectionHandshake(one, Key, allowMd5: true).AcceptAsync(Stop).AsTask());
            Task connecting = EndAsync(other, new ConnectionHandshake(other, Key, allowMd5: true).ConnectAsync(Stop).AsTask());
            await Task.WhenAll(accepting, connecting).ContinueWith(static _ => { }, Stop, default, TaskScheduler.Default);
            bool success = accepting.IsCompletedSuccessfully && connecting.IsCompletedSuccessfully;
            Assert.Equal(!isChanged, success);
            successes += success ? 1 : 0;
            foreach (Exception problem in new[] { accepting, connecting }.SelectMany(static task => task.Exception?.InnerExceptions ?? []))
            {
                Assert.True(problem is AuthenticationException or IOException, problem.ToString());
            }
        }

        Assert.InRange(successes, 1, 2999);

        static async Task EndAsync(ScriptedStream stream, Task handshake)
        {
            try
            {
                await handshake;
            }
            finally
            {
                stream.Close();
            }
        }
    }

    /// <summary>Streams of messages of a peer without a key, damaged anywhere.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Noise_on_a_socket_is_received_as_messages_or_ends_the_connection(int seed)
    {
        var random = new Random(seed);
        using var listener = new ConnectionListener(null, new() { Connection = { MaxMessageLength = 1 << 20 } });
        for (int i = 0; i < 1000; i++)
        {
            using var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await peer.ConnectAsync(listener.Address, Stop);
            using Connection connection = await listener.AcceptAsync(Stop);
            byte[] stream = MakeStream(random);
            if (stream.Length > 0)
            {
                await peer.SendAsync(stream, Stop);
            }

            peer.Dispose();
            long before = GC.GetTotalAllocatedBytes();
            Exception? end = null;
            for (int call = 0; end is null; call++)
            {
                Assert.InRange(call, 0, stream.Length);
                try
                {
                    Assert.True(connection.Poll(TimeSpan.FromSeconds(20)));
                    byte[] got = (call % 3) switch
                    {
                        0 => connection.ReceiveBytes(),
                        1 => await connection.ReceiveBytesAsync(Stop),
                        _ => new byte[connection.ReceiveBytes(new byte[stream.Length])],
                    };
                    Assert.InRange(got.Length, 0, stream.Length);
                }
                catch (IOException problem)
                {
                    end = problem;
                }
            }

            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20L << 20);
            Assert.ThrowsAny<IOException>(() => connection.ReceiveBytes());
        }
    }

    [Theory]
    [InlineData(5, "pipe")]
    [InlineData(6, "pipe")]
    [InlineData(7, "socket")]
    [InlineData(8, "socket")]
    public async Task Noise_in_objects_is_an_object_or_refused_and_the_next_message_is_whole(int seed, string kind)
    {
        var random = new Random(seed);
        (Connection one, Connection other) = Connection.CreatePipe();
        ConnectionListener? listener = null;
        if (kind != "pipe")
        {
            one.Dispose();
            other.Dispose();
            var options = new ConnectionOptions { AuthenticationKey = Key };
            listener = new ConnectionListener(null, new() { Connection = options });
            one = Connection.Connect(listener.Address, options);
            other = await listener.AcceptAsync(Stop);
        }

        using (listener)
        using (one)
        using (other)
        {
            byte[][] payloads =
            [
                SelfContainedPayload.Serialize<object>("text"), SelfContainedPayload.Serialize<object>(new Dictionary<string, int[]> { ["a"] = [1, 2] }),
                SelfContainedPayload.Serialize<object>(new List<object> { 1, "x", new Version(1, 2), (1, 2.5) }),
            ];
            for (int i = 0; i < 3000; i++)
            {
                one.SendBytes(Noise.Mutate(random, payloads[i % payloads.Length]));
                one.Send<object>(i);
                try
                {
                    _ = i % 2 == 0 ? other.Receive<object>() : await other.ReceiveAsync<object>(Stop);
                }
                catch (PayloadException)
                {
                    // As documented.
                }

                Assert.Equal(i, other.Receive<object>());
            }
        }
    }

    private static byte[] MakeStream(Random random)
    {
        var stream = new MemoryStream();
        for (int i = random.Next(6); i > 0; i--)
        {
            byte[] header = new byte[random.Next(3) == 0 ? 12 : 4];
            byte[] body = new byte[random.Next(200)];
            long[] lengths = [body.Length, body.Length, body.Length, -1, -2, int.MinValue, int.MaxValue, 1L << 31, 3L << 30, long.MaxValue, long.MinValue, (1 << 20) + 1];
            long length = lengths[random.Next(lengths.Length)];
            BinaryPrimitives.WriteInt32BigEndian(header, header.Length == 12 ? -1 : (int)length);
            if (header.Length == 12)
            {
                BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(4), length);
            }

            stream.Write(header);
            stream.Write(body);
        }

        byte[] bytes = stream.ToArray();
        return random.Next(2) == 0 ? bytes : Noise.Mutate(random, bytes);
    }
}
