using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>Ours against the real multiprocessing.connection, both ways round.</summary>
public sealed class CPythonInteropTests
{
    private const string Script = "Messaging/Connections/peers/connection_peer.py";
    private static readonly byte[] Key = "correct horse"u8.ToArray();

    public static TheoryData<string, string> KindsAndProtocols => new()
    {
        { "abstract", "old" }, { "abstract", "new" }, { "tcp", "old" }, { "file", "new" },
    };

    [Theory]
    [MemberData(nameof(KindsAndProtocols))]
    public async Task A_client_of_CPython_gets_in_and_messages_of_all_sizes_come_back(string kind, string protocol)
    {
        using var address = new TestAddress(kind);
        using var listener = new ConnectionListener(address.EndPoint, new() { Connection = WithKey(Key) });
        using PythonPeer peer = Client(listener, protocol, Key, "send");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal("connected", await peer.ReadLineAsync());
        await EchoAsync(connection);
        Assert.Equal("same", await peer.ReadLineAsync());
    }

    [Theory]
    [MemberData(nameof(KindsAndProtocols))]
    public async Task A_listener_of_CPython_takes_us_and_messages_of_all_sizes_come_back(string kind, string protocol)
    {
        using var address = new TestAddress(kind);
        using PythonPeer peer = PythonPeer.Start(Script, "server", protocol, Convert.ToHexString(Key), address.Text, "echo");
        using Connection connection = await Connection.ConnectAsync(
            address.Resolve(await peer.ReadLineAsync()), WithKey(Key), TestContext.Current.CancellationToken);
        foreach (int length in new[] { 0, 1, 4096, 16 * 1024, (16 * 1024) + 1, 1 << 20, 20 << 20 })
        {
            byte[] message = new byte[length];
            new Random(length).NextBytes(message);
            await connection.SendBytesAsync(message, TestContext.Current.CancellationToken);
            byte[] back = await connection.ReceiveBytesAsync(TestContext.Current.CancellationToken);
            Assert.True(message.AsSpan().SequenceEqual(back));
        }

        connection.Dispose();
        Assert.Equal("connected", await peer.ReadLineAsync());
        Assert.Equal("end", await peer.ReadLineAsync());
    }

    [Fact]
    public async Task Without_keys_there_is_no_handshake()
    {
        using var listener = new ConnectionListener();
        using PythonPeer peer = Client(listener, "old", null, "send");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await EchoAsync(connection);
        Assert.Equal("connected", await peer.ReadLineAsync());
        Assert.Equal("same", await peer.ReadLineAsync());
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public async Task A_client_of_CPython_with_another_key_is_turned_away_and_the_next_one_gets_in(string protocol)
    {
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(
            null, new() { Connection = WithKey(Key), OnRejected = (_, reason) => rejected.TrySetResult(reason) });
        using PythonPeer stranger = Client(listener, protocol, "wrong"u8.ToArray(), "echo");
        Assert.Equal("AuthenticationError", await stranger.ReadLineAsync());
        Assert.Contains("keys differ", Assert.IsType<AuthenticationException>(await rejected.Task).Message, StringComparison.Ordinal);

        using PythonPeer friend = Client(listener, protocol, Key, "echo");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal("connected", await friend.ReadLineAsync());
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public async Task A_listener_of_CPython_with_another_key_refuses_us(string protocol)
    {
        using var address = new TestAddress("abstract");
        using PythonPeer peer = PythonPeer.Start(Script, "server", protocol, Convert.ToHexString(Key), address.Text, "echo");
        await peer.ReadLineAsync();
        var error = await Assert.ThrowsAsync<AuthenticationException>(
            () => Connection.ConnectAsync(address.EndPoint, WithKey([1, 2, 3])).AsTask());
        Assert.Contains("keys differ", error.Message, StringComparison.Ordinal);
        Assert.Equal("AuthenticationError", await peer.ReadLineAsync());
    }

    [Theory]
    [InlineData("old", "random")]
    [InlineData("new", "random")]
    [InlineData("new", "digest")]
    public async Task A_challenge_tampered_with_on_its_way_to_a_client_of_CPython_lets_nobody_in(string protocol, string what)
    {
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(
            null, new() { Connection = WithKey(Key), OnRejected = (_, reason) => rejected.TrySetResult(reason) });
        using var relay = new TamperingRelay(listener.Address, challenge => Tamper(challenge, what));
        using PythonPeer peer = PythonPeer.Start(Script, "client", protocol, Convert.ToHexString(Key), relay.Text, "echo");
        Assert.Equal("AuthenticationError", await peer.ReadLineAsync());
        Assert.Contains("keys differ", Assert.IsType<AuthenticationException>(await rejected.Task).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old", "random")]
    [InlineData("new", "random")]
    [InlineData("new", "digest")]
    public async Task A_challenge_of_CPython_tampered_with_on_its_way_to_us_does_not_let_us_in(string protocol, string what)
    {
        using var address = new TestAddress("abstract");
        using PythonPeer peer = PythonPeer.Start(Script, "server", protocol, Convert.ToHexString(Key), address.Text, "echo");
        await peer.ReadLineAsync();
        using var relay = new TamperingRelay(address.EndPoint, challenge => Tamper(challenge, what));
        await Assert.ThrowsAsync<AuthenticationException>(
            () => Connection.ConnectAsync(relay.EndPoint, WithKey(Key), TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("AuthenticationError", await peer.ReadLineAsync());
    }

    [Fact]
    public async Task MD5_can_be_refused()
    {
        ConnectionOptions options = WithKey(Key);
        options.AllowMd5 = false;
        using var listener = new ConnectionListener(null, new() { Connection = options, OnRejected = (_, _) => { } });
        using PythonPeer old = Client(listener, "old", Key, "echo");
        string? said = await old.ReadLineAsync();
        if (said == "connected")
        {
            // CPython 3.12 and later speak the new protocol by themselves.
            return;
        }

        Assert.Equal("AuthenticationError", said);
        using PythonPeer young = Client(listener, "new", Key, "echo");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_long_header_is_understood_and_a_message_beyond_the_limit_refused_without_memory_for_it()
    {
        using var listener = new ConnectionListener();
        using PythonPeer peer = Client(listener, "old", null, "long_header");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal("short"u8.ToArray(), await connection.ReceiveBytesAsync(TestContext.Current.CancellationToken));
        await connection.SendBytesAsync("short"u8.ToArray(), TestContext.Current.CancellationToken);
        long before = GC.GetTotalAllocatedBytes();
        var error = await Assert.ThrowsAsync<IOException>(() => connection.ReceiveBytesAsync().AsTask());
        Assert.Contains("3221225472", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10 << 20);
        await Assert.ThrowsAsync<IOException>(() => connection.ReceiveBytesAsync().AsTask());
        connection.Dispose();
        Assert.Equal("connected", await peer.ReadLineAsync());
        Assert.Equal("sent", await peer.ReadLineAsync());
        Assert.Equal("closed", await peer.ReadLineAsync());
    }

    [Fact]
    public async Task A_peer_killed_in_the_middle_of_a_message_is_noticed()
    {
        using var listener = new ConnectionListener();
        using PythonPeer peer = Client(listener, "old", null, "die");
        using Connection connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Task<byte[]> receiving = connection.ReceiveBytesAsync(TestContext.Current.CancellationToken).AsTask();
        await connection.SendBytesAsync("now"u8.ToArray(), TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAnyAsync<IOException>(() => receiving);
        Assert.IsNotType<EndOfStreamException>(error);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await connection.SendBytesAsync(new byte[100_000], TestContext.Current.CancellationToken);
            }
        });
    }

    /// <summary>Another last byte of what is random; or another digest, of the same length.</summary>
    private static void Tamper(byte[] challenge, string what)
    {
        if (what == "random")
        {
            challenge[^1] ^= 1;
            return;
        }

        int name = challenge.AsSpan().IndexOf("{sha256}"u8);
        Assert.True(name > 0);
        "{sha384}"u8.CopyTo(challenge.AsSpan(name));
    }

    private static ConnectionOptions WithKey(byte[] key) => new() { AuthenticationKey = key };

    private static PythonPeer Client(ConnectionListener listener, string protocol, byte[]? key, string scenario) => PythonPeer.Start(
        Script, "client", protocol, key is null ? "none" : Convert.ToHexString(key), TestAddress.TextOf(listener.Address), scenario);

    private static async Task EchoAsync(Connection connection)
    {
        try
        {
            while (true)
            {
                await connection.SendBytesAsync(await connection.ReceiveBytesAsync());
            }
        }
        catch (EndOfStreamException)
        {
            // The peer has seen enough.
            connection.Dispose();
        }
    }
}
