using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Connects to a <see cref="ConnectionListener"/>, or to a listener of CPython's <c>multiprocessing.connection</c>.</summary>
    /// <param name="address">
    /// A <see cref="UnixDomainSocketEndPoint"/> (a name that begins with a zero character is an abstract one), an <see cref="IPEndPoint"/> or a
    /// <see cref="DnsEndPoint"/>.
    /// </param>
    /// <param name="options">The key and the limits, which are copied; the defaults if null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there, or the network says no.</exception>
    /// <exception cref="AuthenticationException">The keys differ, or one side asks for a proof and the other does not know of it.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="ConnectionOptions.HandshakeTimeout"/>.</exception>
    /// <exception cref="IOException">The peer went away meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Connection Connect(EndPoint address, ConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(address, options, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>As <see cref="Connect"/>, without blocking a thread.</summary>
    /// <inheritdoc cref="Connect"/>
    public static async ValueTask<Connection> ConnectAsync(
        EndPoint address, ConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ConnectionOptions copy = options?.Copy() ?? new ConnectionOptions();
        using var limit = new HandshakeLimit(copy.HandshakeTimeout, cancellationToken);
        return await limit.RunAsync(async token =>
        {
            Socket socket = await ConnectionSockets.ConnectAsync(address, token).ConfigureAwait(false);
            try
            {
                return await ConnectionSockets.AuthenticateAsync(socket, copy, listens: false, token).ConfigureAwait(false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }).ConfigureAwait(false);
    }
}
