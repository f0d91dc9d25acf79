using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>Who has not proved the key gets nothing deserialized, whatever he says and whichever side he is on.</summary>
public sealed class StrangerTests
{
    private static readonly byte[] Key = "secret"u8.ToArray();
    private static int NoticedCount;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What a stranger says to a listener, or as one; the payload comes behind each.</summary>
    public static TheoryData<string> Lies =>
        ["nothing", "welcome", "failure", "challenge", "noise as proof", "echo", "empty", "proof of md5", "welcome and proof", "proof and welcome", "proof of md5 and welcome"];

    [Theory, MemberData(nameof(Lies))]
    public async Task A_client_without_the_key_never_reaches_the_deserializer(string lie)
    {
        Volatile.Write(ref NoticedCount, 0);
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(
            null, new() { Connection = { AuthenticationKey = Key }, OnRejected = (_, reason) => rejected.TrySetResult(reason) });

        // What a careless program does: it takes an object from everybody who is let in.
        Task<Noticed> serving = Task.Run(
            async () =>
            {
                using Connection client = await listener.AcceptAsync(Stop);
                return await client.ReceiveAsync<Noticed>(Stop);
            },
            Stop);
        using (var stranger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await stranger.ConnectAsync(listener.Address, Stop);
            await LieAsync(stranger, lie);
            Assert.True(await rejected.Task is AuthenticationException or IOException, (await rejected.Task).ToString());
        }

        Assert.False(serving.IsCompleted);
        Assert.Equal(0, Volatile.Read(ref NoticedCount));

        // The same payload is noticed if it comes from somebody who has the key.
        using Connection friend = await Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = Key }, Stop);
        friend.SendBytes(Payload());
        Assert.Equal(7, (await serving).Number);
        Assert.Equal(1, Volatile.Read(ref NoticedCount));
    }

    [Theory, MemberData(nameof(Lies))]
    public async Task A_listener_without_the_key_never_reaches_the_deserializer_of_its_client(string lie)
    {
        Volatile.Write(ref NoticedCount, 0);
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint($"\0mp-stranger-{Guid.NewGuid():N}"));
        listening.Listen();
        Task<Noticed> taking = Task.Run(
            async () =>
            {
                using Connection connection = await Connection.ConnectAsync(
                    listening.LocalEndPoint!, new() { AuthenticationKey = Key, HandshakeTimeout = TimeSpan.FromSeconds(5) }, Stop);
                return await connection.ReceiveAsync<Noticed>(Stop);
            },
            Stop);
        using (Socket client = await listening.AcceptAsync(Stop))
        {
            await LieAsync(client, lie);
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => taking);
            Assert.True(error is AuthenticationException or IOException, error.ToString());
        }

        Assert.Equal(0, Volatile.Read(ref NoticedCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_keys_objects_are_refused_unread_on_both_sides_and_are_still_there_as_bytes(bool fromClient)
    {
        Volatile.Write(ref NoticedCount, 0);
        using var listener = new ConnectionListener();
        using Connection client = Connection.Connect(listener.Address);
        using Connection accepted = await listener.AcceptAsync(Stop);
        (Connection from, Connection to) = fromClient ? (client, accepted) : (accepted, client);
        from.Send(new Noticed(7));
        Assert.Throws<InvalidOperationException>(() => to.Receive<Noticed>());
        await Assert.ThrowsAsync<InvalidOperationException>(() => to.ReceiveAsync<object>(Stop).AsTask());
        byte[] bytes = to.ReceiveBytes();
        Assert.Equal(0, Volatile.Read(ref NoticedCount));
        Assert.Equal(7, SelfContainedPayload.Deserialize<Noticed>(bytes).Number);
        Assert.Equal(1, Volatile.Read(ref NoticedCount));
    }

    private static byte[] Payload() => SelfContainedPayload.Serialize(new Noticed(7));

    private static async Task LieAsync(Socket socket, string lie)
    {
        try
        {
            byte[] payload = Payload();
            byte[] challenge = [.. "#CHALLENGE#{sha256}"u8, .. RandomNumberGenerator.GetBytes(40)];
            byte[] proof = [.. "{sha256}"u8, .. RandomNumberGenerator.GetBytes(32)];
            byte[][] words = lie switch
            {
                "welcome" => ["#WELCOME#"u8.ToArray(), "#WELCOME#"u8.ToArray()],
                "failure" => ["#FAILURE#"u8.ToArray()],
                "challenge" => [challenge, challenge],
                "noise as proof" => [proof, "#WELCOME#"u8.ToArray()],
                "echo" => [await ReadAsync(socket)],
                "empty" => [[], []],
                "proof of md5" => [challenge, "#WELCOME#"u8.ToArray(), RandomNumberGenerator.GetBytes(16)],
                "welcome and proof" => [challenge, "#WELCOME#"u8.ToArray(), proof, "#WELCOME#"u8.ToArray()],
                "proof and welcome" => [proof, challenge, "#WELCOME#"u8.ToArray()],
                "proof of md5 and welcome" => [RandomNumberGenerator.GetBytes(16), challenge, "#WELCOME#"u8.ToArray()],
                _ => [],
            };
            foreach (byte[] word in words.Concat(Enumerable.Repeat(payload, 5)))
            {
                byte[] frame = new byte[4 + word.Length];
                BinaryPrimitives.WriteInt32BigEndian(frame, word.Length);
                word.CopyTo(frame, 4);
                await socket.SendAsync(frame, Stop);
            }
        }
        catch (SocketException)
        {
            // It was seen through in the middle.
        }
    }

    /// <summary>The other side's challenge, to be sent back to it; a client has none for a listener yet, and gets what it wants to hear.</summary>
    private static async Task<byte[]> ReadAsync(Socket socket)
    {
        byte[] room = new byte[300];
        using var patience = new CancellationTokenSource(200);
        try
        {
            int count = await socket.ReceiveAsync(room, patience.Token);
            return room[4..count];
        }
        catch (OperationCanceledException)
        {
            return "#WELCOME#"u8.ToArray();
        }
    }

    [PayloadCodec(typeof(NoticedCodec))]
    public sealed record Noticed(int Number);

    public sealed class NoticedCodec : IPayloadCodec<Noticed>
    {
        public void Write(PayloadWriter writer, Noticed value) => writer.WriteInt32(value.Number);

        public Noticed Read(ref PayloadReader reader)
        {
            Interlocked.Increment(ref NoticedCount);
            return new Noticed(reader.ReadInt32());
        }
    }
}
