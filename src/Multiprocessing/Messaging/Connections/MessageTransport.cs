using System.Net;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// What carries the messages of a <see cref="Connection"/>. Each direction is used by one caller at a time; both at once is allowed.
/// Disposing makes every operation that runs fail with an <see cref="ObjectDisposedException"/>.
/// </summary>
internal abstract class MessageTransport : IDisposable
{
    /// <summary>Whether this end was closed: by its owner, or because a message went out only in part.</summary>
    public abstract bool IsDisposed { get; }

    /// <summary>Where the peer is, if it has an address.</summary>
    public virtual EndPoint? RemoteAddress => null;

    public abstract bool CanSend { get; }

    public abstract bool CanReceive { get; }

    /// <summary>Whether the peer has proved that it may send objects, whose types this process would load and create.</summary>
    public abstract bool IsTrusted { get; }

    /// <summary>Whether the peer can use what a message refers to. Otherwise messages are sent without.</summary>
    public virtual bool CarriesReferences => false;

    /// <param name="message">The bytes.</param>
    /// <param name="holds">What they refer to; the caller disposes of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The peer has closed its end, or died.</exception>
    /// <remarks>If it is cancelled after a part of the message has gone out the connection is of no more use, and is closed.</remarks>
    public abstract void Send(ReadOnlySpan<byte> message, PayloadHolds? holds, CancellationToken cancellationToken);

    /// <inheritdoc cref="Send"/>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> message, PayloadHolds? holds, CancellationToken cancellationToken);

    /// <summary>Waits for the next message.</summary>
    /// <param name="maxLength">In bytes; a longer message ends this direction of the connection.</param>
    /// <param name="cancellationToken">Ends the wait; what has arrived of a message stays for the next call.</param>
    /// <exception cref="EndOfStreamException">The peer has closed its end, or died, between two messages.</exception>
    /// <exception cref="IOException">It did so within a message, or the message is too long.</exception>
    public abstract ValueTask<ReceivedMessage> ReceiveAsync(int maxLength, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReceiveAsync"/>
    public abstract ReceivedMessage Receive(int maxLength, CancellationToken cancellationToken);

    /// <summary>Whether a message, a part of it or the end of the stream has arrived.</summary>
    /// <param name="timeout">How long to wait for it; zero or positive, or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public abstract bool Poll(TimeSpan timeout, CancellationToken cancellationToken);

    /// <inheritdoc cref="Poll"/>
    public abstract ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken cancellationToken);

    public abstract void Dispose();
}
