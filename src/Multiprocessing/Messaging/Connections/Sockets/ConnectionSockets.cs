using System.Net;
using System.Net.Sockets;

namespace Multiprocessing.Messaging.Connections;

/// <summary>From an address to a socket, and from a connected socket to a connection.</summary>
internal static class ConnectionSockets
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    public static Socket Create(EndPoint address) => address switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
        DnsEndPoint => new Socket(SocketType.Stream, ProtocolType.Tcp),
        _ => throw new ArgumentException($"A connection cannot be made to a {address.GetType()}.", nameof(address)),
    };

    /// <summary>A socket that is connected to who listens there. Waits while too many others wait to be let in.</summary>
    public static async ValueTask<Socket> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
        {
            Socket socket = Create(address);
            try
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock && address is UnixDomainSocketEndPoint)
            {
                // The listener's backlog is full; a listener of CPython has room for one. Only a thread could sleep until there is room.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

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
