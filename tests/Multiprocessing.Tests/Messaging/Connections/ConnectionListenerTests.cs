using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Multiprocessing.Tests.Messaging.Connections;

public sealed class ConnectionListenerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_says_nothing_holds_up_nobody()
    {
        var options = new ConnectionOptions { AuthenticationKey = [1] };
        using var listener = new ConnectionListener(new IPEndPoint(IPAddress.Loopback, 0), new() { Connection = options });
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(listener.Address, Stop);
        using Connection client = await Connection.ConnectAsync(listener.Address, options, Stop);
        using Connection accepted = await listener.AcceptAsync(Stop);
        client.SendBytes([5]);
        Assert.Equal([5], accepted.ReceiveBytes());
    }

    [Fact]
    public async Task A_client_that_stays_silent_is_turned_away_and_told_why()
    {
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(null, new()
        {
            Connection = { AuthenticationKey = [1], HandshakeTimeout = TimeSpan.FromMilliseconds(50) },
            OnRejected = (_, reason) => rejected.TrySetResult(reason),
        });
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(listener.Address, Stop);
        Assert.IsType<TimeoutException>(await rejected.Task);
    }

    [Fact]
    public async Task A_listener_that_stays_silent_costs_a_client_no_more_than_its_limit()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var options = new ConnectionOptions { AuthenticationKey = [1], HandshakeTimeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TimeoutException>(() => Connection.ConnectAsync(silent.LocalEndPoint!, options, Stop).AsTask());
    }

    [Fact]
    public async Task No_more_clients_than_allowed_are_let_in_unaccepted()
    {
        using var listener = new ConnectionListener(null, new() { Connection = { AuthenticationKey = [1] }, MaxUnaccepted = 1 });
        var options = new ConnectionOptions { AuthenticationKey = [1] };
        using Connection first = await Connection.ConnectAsync(listener.Address, options, Stop);
        Task<Connection> second = Connection.ConnectAsync(listener.Address, options, Stop).AsTask();
        await Task.Delay(50, Stop);
        Assert.False(second.IsCompleted);
        (await listener.AcceptAsync(Stop)).Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Without_a_key_bytes_are_taken_and_objects_only_if_allowed()
    {
        using var listener = new ConnectionListener();
        using Connection client = Connection.Connect(listener.Address, new() { AllowObjectsWithoutKey = true });
        using Connection accepted = await listener.AcceptAsync(Stop);
        client.Send(1);
        Assert.Throws<InvalidOperationException>(() => accepted.Receive<int>());
        Assert.NotEmpty(accepted.ReceiveBytes());
        accepted.Send(2);
        Assert.Equal(2, client.Receive<int>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_side_with_a_key_and_one_without_do_not_come_together(bool listenerHasKey)
    {
        var withKey = new ConnectionOptions { AuthenticationKey = [1], HandshakeTimeout = TimeSpan.FromSeconds(5) };
        var rejected = new TaskCompletionSource<Exception>();
        using var listener = new ConnectionListener(null, new()
        {
            Connection = listenerHasKey ? withKey : new ConnectionOptions(),
            OnRejected = (_, reason) => rejected.TrySetResult(reason),
        });
        if (listenerHasKey)
        {
            using Connection client = Connection.Connect(listener.Address);
            client.SendBytes("hello"u8);
            Assert.IsType<AuthenticationException>(await rejected.Task);
        }
        else
        {
            Task<Connection> connecting = Connection.ConnectAsync(listener.Address, withKey, Stop).AsTask();
            using Connection accepted = await listener.AcceptAsync(Stop);
            accepted.SendBytes("hello"u8);
            await Assert.ThrowsAsync<AuthenticationException>(() => connecting);
        }
    }

    [Fact]
    public async Task A_closed_listener_says_so_and_leaves_accepted_connections_alone()
    {
        var listener = new ConnectionListener();
        using Connection client = Connection.Connect(listener.Address);
        using Connection accepted = await listener.AcceptAsync(Stop);
        using Connection unaccepted = Connection.Connect(listener.Address);
        Task<Connection> accepting = listener.AcceptAsync(Stop).AsTask();
        using Connection taken = await accepting;
        accepting = listener.AcceptAsync(Stop).AsTask();
        EndPoint address = listener.Address;
        listener.Dispose();
        listener.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting);
        Assert.Throws<ObjectDisposedException>(() => listener.Accept());
        Assert.Throws<SocketException>(() => Connection.Connect(address));
        client.SendBytes([1]);
        Assert.Equal([1], accepted.ReceiveBytes());
    }

    [Fact]
    public void An_address_in_use_is_refused_and_the_file_of_a_dead_listener_replaced()
    {
        using var address = new TestAddress("file");
        using (var first = new ConnectionListener(address.EndPoint))
        {
            Assert.Throws<SocketException>(() => new ConnectionListener(address.EndPoint));
            Assert.True(OperatingSystem.IsWindows()
                || File.GetUnixFileMode(address.Text) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.False(File.Exists(address.Text));
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(address.EndPoint);
            using var copy = new Socket(dead.SafeHandle);
            File.Move(address.Text, address.Text + ".kept");
        }

        File.Move(address.Text + ".kept", address.Text);
        using var second = new ConnectionListener(address.EndPoint);
        Connection.Connect(address.EndPoint).Dispose();
    }

    [Fact]
    public void An_address_of_another_kind_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ConnectionListener(new DnsEndPoint("localhost", 1)));
        Assert.Throws<ArgumentNullException>(() => Connection.Connect(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionOptions { MaxMessageLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionOptions { HandshakeTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionListenerOptions { Backlog = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionListenerOptions { MaxUnaccepted = 0 });
    }
}
