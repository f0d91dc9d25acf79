using System.Net;
using System.Net.Sockets;

namespace Multiprocessing.Messaging.Connections;

/// <summary>From an address to a socket, and from a connected socket to a connection.</summary>
internal static class ConnectionSockets
{
    public static Socket Create(EndPoint address) => address switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
        DnsEndPoint => new Socket(SocketType.Stream, ProtocolType.Tcp),
        _ => throw new ArgumentException($"A connection cannot be made to a {address.GetType()}.", nameof(address)),
    };

    /// <summary>Does the proofs of both sides, if there is a key.</summary>
    public static async ValueTask<Connection> AuthenticateAsync(
        Socket socket, ConnectionOptions options, bool listens, CancellationToken cancellationToken)
    {
        var transport = new SocketTransport(socket);
        if (options.AuthenticationKey is { } key)
        {
            var handshake = new ConnectionHandshake(transport, key, options.AllowMd5);
            if (listens)
            {
                await handshake.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await handshake.ConnectAsync(cancellationToken).ConfigureAwait(false);
            }

            transport.IsAuthenticated = true;
        }

        return new Connection(transport, options);
    }
}
