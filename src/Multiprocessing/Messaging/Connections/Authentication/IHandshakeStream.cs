namespace Multiprocessing.Messaging.Connections;

/// <summary>Short messages, as a handshake sends and receives them.</summary>
internal interface IHandshakeStream
{
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <exception cref="IOException">The message is longer, or the peer is gone.</exception>
    ValueTask<byte[]> ReceiveAsync(int maxLength, CancellationToken cancellationToken);
}
