using System.Diagnostics;
using System.Net;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing;

/// <summary>
/// One end of a connection over which messages go to another process: bytes, or objects. Messages arrive whole, in the order in which
/// they were sent, and never merged; an empty one is a message.
/// </summary>
/// <remarks>
/// <para>Thread-safe: messages of several senders do not mix, and several receivers get one message each. Both directions work at the
/// same time. Several processes may share an end of a pipe in the same way; a message that one of them was just taking when it was killed comes to
/// another one, after those that were taken meanwhile, or is lost with it.</para>
/// <para>When the peer closes its end, or dies, what it had sent can still be received; then receiving throws
/// <see cref="EndOfStreamException"/>, and sending throws <see cref="IOException"/>. If it died in the middle of a message, receiving
/// throws <see cref="IOException"/>.</para>
/// <para>What another process of the tree damages in the memory of a pipe is an <see cref="InvalidDataException"/>, damage within one message a
/// <see cref="PayloadException"/>.</para>
/// </remarks>
[PayloadCodec(typeof(ConnectionCodec))]
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class Connection : IDisposable
{
    private readonly MessageTransport _transport;
    private readonly ConnectionOptions _options;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _receiving = new(1, 1);

    internal Connection(MessageTransport transport, ConnectionOptions options)
    {
        _transport = transport;
        _options = options;
    }

    /// <summary>Whether this end sends. False for the receiving end of a one-way pipe, and after <see cref="Dispose"/>.</summary>
    public bool CanSend => !IsDisposed && _transport.CanSend;

    /// <summary>Whether this end receives. False for the sending end of a one-way pipe, and after <see cref="Dispose"/>.</summary>
    public bool CanReceive => !IsDisposed && _transport.CanReceive;

    /// <summary>
    /// Whether this end was closed: by <see cref="Dispose"/>, or because sending was cancelled in the middle of a message. What the peer did is
    /// not told here.
    /// </summary>
    public bool IsDisposed => _transport.IsDisposed;

    /// <summary>
    /// Where the peer is. <see langword="null"/> for an end of a pipe; a Unix-domain client has mostly no name, and then this is an empty one.
    /// Stays after <see cref="Dispose"/>.
    /// </summary>
    public EndPoint? RemoteAddress => _transport.RemoteAddress;

    private string DebuggerText =>
        IsDisposed ? "closed" : CanSend ? CanReceive ? "sends and receives" : "sends" : "receives";

    /// <summary>
    /// Closes this end. Operations that wait here come back with an <see cref="ObjectDisposedException"/>; the peer can still receive
    /// what was sent, and then sees the end. Can be called at any time and more than once.
    /// </summary>
    public void Dispose() => _transport.Dispose();

    /// <summary>Waits until a message can be received without waiting, or the end of the stream is there.</summary>
    /// <param name="timeout">How long to wait: zero (the default) just looks; positive; or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// Whether there is something. The message may have arrived only in part, if the connection is a socket: a receive can then still wait.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="ObjectDisposedException">This end was closed.</exception>
    /// <exception cref="InvalidOperationException">This end only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public bool Poll(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        CheckTimeout(timeout);
        CheckReceive();
        cancellationToken.ThrowIfCancellationRequested();
        return _transport.Poll(timeout, cancellationToken);
    }

    /// <summary>As <see cref="Poll"/>, without blocking a thread.</summary>
    /// <inheritdoc cref="Poll"/>
    public ValueTask<bool> PollAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        CheckTimeout(timeout);
        CheckReceive();
        cancellationToken.ThrowIfCancellationRequested();
        return _transport.PollAsync(timeout, cancellationToken);
    }

    private static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        }
    }

    private void CheckSend()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!_transport.CanSend)
        {
            throw new InvalidOperationException("This end of the connection only receives.");
        }
    }

    private void CheckReceive()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!_transport.CanReceive)
        {
            throw new InvalidOperationException("This end of the connection only sends.");
        }
    }
}
