namespace Multiprocessing.Tests.Messaging.Connections;

public sealed class AbstractSocketConnectionTests : SocketConnectionContract
{
    protected override string Kind => "abstract";
}

public sealed class FileSocketConnectionTests : SocketConnectionContract
{
    protected override string Kind => "file";
}

public sealed class TcpConnectionTests : SocketConnectionContract
{
    protected override string Kind => "tcp";
}

public abstract class SocketConnectionContract : ConnectionContract
{
    private static readonly byte[] Key = [1, 2, 3];

    protected abstract string Kind { get; }

    protected override async ValueTask<(Connection One, Connection Other)> ConnectAsync()
    {
        using var address = new TestAddress(Kind);
        var options = new ConnectionOptions { AuthenticationKey = Key };
        using var listener = new ConnectionListener(address.EndPoint, new() { Connection = options });
        Task<Connection> accepting = listener.AcceptAsync(Stop).AsTask();
        Connection one = await Connection.ConnectAsync(listener.Address, options, Stop);
        return (one, await accepting);
    }
}
