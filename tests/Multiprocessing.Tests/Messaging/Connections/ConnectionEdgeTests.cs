using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>Edges of listeners and sockets.</summary>
public sealed class ConnectionEdgeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => TestAddress.Kinds;

    [Fact]
    public async Task An_empty_key_is_a_key_and_another_ones_is_refused_and_ends_nothing()
    {
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(
            null, new() { Connection = { AuthenticationKey = [] }, OnRejected = (_, reason) => rejected.TrySetResult(reason) });
        Task<Connection> accepting = listener.AcceptAsync(Stop).AsTask();
        await Assert.ThrowsAsync<AuthenticationException>(
            () => Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [1] }, Stop).AsTask());
        Assert.IsType<AuthenticationException>(await rejected.Task);
        Assert.False(accepting.IsCompleted);
        using Connection client = await Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [] }, Stop);
        using Connection accepted = await accepting;
        client.Send("a");
        Assert.Equal("a", accepted.Receive<string>());
    }

    [Fact]
    public async Task A_key_that_its_owner_wipes_out_afterwards_stays_the_key()
    {
        byte[] key = [1, 2, 3];
        using var listener = new ConnectionListener(null, new() { Connection = { AuthenticationKey = key }, OnRejected = (_, _) => { } });
        Array.Clear(key);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [0, 0, 0] }, Stop).AsTask());
        using Connection client = await Connection.ConnectAsync(
            listener.Address, new() { AuthenticationKey = [1, 2, 3], HandshakeTimeout = TimeSpan.MaxValue }, Stop);
        using Connection accepted = await listener.AcceptAsync(Stop);
    }

    [Fact]
    public async Task A_failure_of_who_is_told_of_strangers_ends_the_listener_and_is_told_to_who_accepts()
    {
        var listener = new ConnectionListener(
            null, new() { Connection = { AuthenticationKey = [1] }, OnRejected = (_, _) => throw new NotSupportedException("mine") });
        using (listener)
        {
            using Connection friend = await Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [1] }, Stop);
            using Connection accepted = await listener.AcceptAsync(Stop); // Else the stranger could be through with its handshake earlier.
            await Assert.ThrowsAsync<AuthenticationException>(
                () => Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [2] }, Stop).AsTask());
            var error = await Assert.ThrowsAsync<IOException>(() => listener.AcceptAsync(Stop).AsTask());
            Assert.Equal("mine", Assert.IsType<NotSupportedException>(error.InnerException).Message);
            await Assert.ThrowsAsync<SocketException>(
                () => Connection.ConnectAsync(listener.Address, new() { AuthenticationKey = [1] }, Stop).AsTask());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Where_nobody_listens_any_more_a_connection_is_refused_at_once(string kind)
    {
        using var free = new TestAddress(kind);
        EndPoint address = free.EndPoint;
        using (var listener = new ConnectionListener(address, new() { Connection = { AuthenticationKey = [1] } }))
        {
            address = listener.Address;
        }

        if (kind == "file")
        {
            // As the file of a listener that was killed.
            Assert.NotEqual(SocketError.Success, Assert.Throws<SocketException>(() => Connection.Connect(address)).SocketErrorCode);
            using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            dead.Bind(address);
            AssertIsRefused(() => Connection.Connect(address));
            return;
        }

        AssertIsRefused(() => Connection.Connect(address));
        var error = await Assert.ThrowsAsync<SocketException>(
            () => Connection.ConnectAsync(address, new() { AuthenticationKey = [1] }, Stop).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);

        static void AssertIsRefused(Action connect) =>
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(connect).SocketErrorCode);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_address_can_be_used_again_at_once_also_while_old_connections_live(string kind)
    {
        using var free = new TestAddress(kind);
        EndPoint address = free.EndPoint;
        var connections = new List<Connection>();
        for (int i = 0; i < 3; i++)
        {
            using var listener = new ConnectionListener(address);
            address = listener.Address is IPEndPoint ip ? ip : address;
            Assert.Throws<SocketException>(() => new ConnectionListener(address));
            connections.Add(Connection.Connect(address));
            connections.Add(await listener.AcceptAsync(Stop));
            if (i == 1)
            {
                // The side that closes first keeps the port in the state TIME_WAIT.
                connections[1].Dispose();
            }

            Assert.Equal(address.ToString(), connections[^2].RemoteAddress?.ToString());
            Assert.NotNull(connections[^1].RemoteAddress);
            listener.Dispose();
            Assert.Equal(address.ToString(), listener.Address.ToString());
        }

        connections[4].SendBytes([1]);
        Assert.Equal([1], connections[5].ReceiveBytes());
        connections.ForEach(static connection => connection.Dispose());
        Assert.NotNull(connections[0].RemoteAddress);
    }

    [Fact]
    public void What_is_no_socket_stays_where_it_is()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "text");
        File.WriteAllText(file, "kept");
        Assert.Throws<SocketException>(() => new ConnectionListener(new UnixDomainSocketEndPoint(file)));
        Assert.Throws<SocketException>(() => new ConnectionListener(new UnixDomainSocketEndPoint(folder.Path)));
        Assert.Equal("kept", File.ReadAllText(file));
    }

    [Fact]
    public async Task IPv6_and_names_are_addresses_too()
    {
        using var listener = new ConnectionListener(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using Connection client = Connection.Connect(listener.Address);
        using Connection accepted = await listener.AcceptAsync(Stop);
        client.SendBytes([1]);
        Assert.Equal([1], accepted.ReceiveBytes());
        using var other = new ConnectionListener(new IPEndPoint(IPAddress.Loopback, 0));
        using Connection byName = Connection.Connect(new DnsEndPoint("localhost", ((IPEndPoint)other.Address).Port));
        Assert.Throws<SocketException>(() => Connection.Connect(new UnixDomainSocketEndPoint("\0mp-nobody-is-here")));
    }

    [Fact]
    public async Task Clients_wait_until_they_are_accepted_and_a_cancelled_accept_loses_none()
    {
        const int Count = 20;
        using var listener = new ConnectionListener(null, new() { Backlog = 1, MaxUnaccepted = 2 });
        Task<Connection>[] clients = [.. Enumerable.Range(0, Count).Select(_ => Connection.ConnectAsync(listener.Address, null, Stop).AsTask())];
        for (int i = 0; i < Count;)
        {
            using var source = new CancellationTokenSource();
            Task<Connection> accepting = listener.AcceptAsync(source.Token).AsTask();
            await source.CancelAsync();
            try
            {
                using Connection accepted = await accepting;
                accepted.SendBytes([(byte)i++]);
            }
            catch (OperationCanceledException)
            {
                await Task.Delay(1, Stop);
            }
        }

        var got = new List<byte>();
        foreach (Task<Connection> connecting in clients)
        {
            using Connection client = await connecting;
            got.AddRange(client.ReceiveBytes());
        }

        Assert.Equal(Enumerable.Range(0, Count), got.Order().Select(static one => (int)one));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_is_cancelled_in_the_middle_closes_a_socket_and_the_peer_takes_no_part_for_a_message(bool async)
    {
        using var listener = new ConnectionListener();
        using Connection one = Connection.Connect(listener.Address);
        using Connection other = await listener.AcceptAsync(Stop);
        one.SendBytes([1]);
        using var source = new CancellationTokenSource();
        Task sending = async
            ? one.SendBytesAsync(new byte[10 << 20], source.Token).AsTask()
            : Task.Run(() => one.SendBytes(new byte[10 << 20], source.Token), Stop);
        Assert.Equal([1], other.ReceiveBytes());
        Assert.True(await other.PollAsync(Timeout.InfiniteTimeSpan, Stop)); // Some of it is there, and not all of it has room.
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(one is { IsDisposed: true, CanSend: false });
        Assert.Throws<ObjectDisposedException>(() => one.SendBytes([2]));
        Assert.IsNotType<EndOfStreamException>(Assert.ThrowsAny<IOException>(() => other.ReceiveBytes()));
    }
}
