using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing;

/// <summary>
/// Waits for connections from other programs, or from other processes of this one, at an address: <see cref="Connection.Connect"/> and
/// the <c>Client</c> of CPython's <c>multiprocessing.connection</c> come in here. Thread-safe.
/// </summary>
[DebuggerDisplay("{Address}")]
[SuppressMessage("Usage", "CA2213", Justification = "The source and the slots are used by handshakes that end later; neither has a resource.")]
public sealed class ConnectionListener : IDisposable
{
    private static readonly TimeSpan PauseWithoutDescriptors = TimeSpan.FromMilliseconds(50);

    private readonly ConnectionListenerOptions _options;
    private readonly ConnectionOptions _connectionOptions;
    private readonly ListeningSocket _listening;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _slots;
    private readonly Channel<Connection> _ready = Channel.CreateUnbounded<Connection>();
    private int _isDisposed;

    /// <summary>Listens from now on.</summary>
    /// <param name="address">
    /// A <see cref="UnixDomainSocketEndPoint"/> (a name that begins with a zero character is an abstract one, of which no file is left in
    /// any case; a file gets the mode 0600, replaces the file of a listener that was killed, and is deleted by <see cref="Dispose"/>) or an
    /// <see cref="IPEndPoint"/> (port 0: a free one). Null: an abstract name that nobody can guess.
    /// </param>
    /// <param name="options">They are copied; the defaults if null.</param>
    /// <exception cref="SocketException">Somebody listens there already, or this address cannot be used.</exception>
    /// <exception cref="ArgumentException">It is neither kind of address.</exception>
    public ConnectionListener(EndPoint? address = null, ConnectionListenerOptions? options = null)
    {
        _options = options ?? new ConnectionListenerOptions();
        _connectionOptions = _options.Connection.Copy();
        _slots = new SemaphoreSlim(_options.MaxUnaccepted);
        _listening = ListeningSocket.Open(address, _options.Backlog);
        _ = AcceptAllAsync();
    }

    /// <summary>Where it listens; with the port that was chosen.</summary>
    public EndPoint Address => _listening.Address;

    /// <summary>Waits for the next client that has proved its key, if there is one to prove.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ObjectDisposedException">The listener was closed.</exception>
    /// <exception cref="IOException">Something else ended it, such as an exception of <see cref="ConnectionListenerOptions.OnRejected"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Connection Accept(CancellationToken cancellationToken = default) => AcceptAsync(cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Accept"/>
    public async ValueTask<Connection> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Connection connection = await _ready.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _slots.Release();
            return connection;
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException is { } failure
                ? new IOException("The listener cannot go on.", failure)
                : new ObjectDisposedException(nameof(ConnectionListener));
        }
    }

    /// <summary>
    /// Stops listening. Clients that were not accepted yet are turned away, accepted ones stay; who waits in <see cref="Accept"/> gets an
    /// <see cref="ObjectDisposedException"/>. Can be called at any time and more than once.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _ending.Cancel();
        _listening.Dispose();
        _ready.Writer.TryComplete();
        while (_ready.Reader.TryRead(out Connection? connection))
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(_ending.Token).ConfigureAwait(false);
                _ = AdmitAsync(await AcceptSocketAsync().ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (_ending.IsCancellationRequested
            && exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            return; // The listener was closed.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private async ValueTask<Socket> AcceptSocketAsync()
    {
        while (true)
        {
            try
            {
                return await _listening.Socket.AcceptAsync(_ending.Token).ConfigureAwait(false);
            }
            catch (SocketException exception) when (!_ending.IsCancellationRequested)
            {
                // The client is gone again, or this process has no descriptor left just now. Nothing tells when it has one again, so the
                // kernel is asked anew after a while; clients wait in its backlog meanwhile.
                Reject(null, exception);
                await Task.Delay(PauseWithoutDescriptors, _ending.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task AdmitAsync(Socket socket)
    {
        EndPoint? client = null;
        try
        {
            client = socket.RemoteEndPoint;
            using var limit = new HandshakeLimit(_connectionOptions.HandshakeTimeout, _ending.Token);
            Connection connection = await limit.RunAsync(
                token => ConnectionSockets.AuthenticateAsync(socket, _connectionOptions, listens: true, token)).ConfigureAwait(false);
            if (!_ready.Writer.TryWrite(connection))
            {
                connection.Dispose();
            }
        }
        catch (Exception exception)
        {
            // Whatever a stranger does, and whatever goes wrong with him, concerns him alone.
            socket.Dispose();
            _slots.Release();
            if (!_ending.IsCancellationRequested)
            {
                RejectOrFail(client, exception);
            }
        }
    }

    private void RejectOrFail(EndPoint? client, Exception exception)
    {
        try
        {
            Reject(client, exception);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    /// <summary>Who accepts is told, after those who are in already; nobody else is let in.</summary>
    private void Fail(Exception exception)
    {
        if (_ready.Writer.TryComplete(exception))
        {
            _ending.Cancel();
            _listening.Dispose();
        }
    }

    private void Reject(EndPoint? client, Exception exception)
    {
        if (_options.OnRejected is { } onRejected)
        {
            onRejected(client, exception);
        }
        else
        {
            MultiprocessingLog.ConnectionWasRejected(Address, exception);
        }
    }
}
