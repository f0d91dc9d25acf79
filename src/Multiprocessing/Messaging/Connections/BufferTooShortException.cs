namespace Multiprocessing;

/// <summary>A message is longer than the memory that it was to be received into. Nothing is lost: it is here.</summary>
public sealed class BufferTooShortException : IOException
{
    internal BufferTooShortException(byte[] receivedMessage, int room)
        : base($"The message has {receivedMessage.Length} bytes, the destination {room}.") => ReceivedMessage = receivedMessage;

    /// <summary>The whole message.</summary>
    public ReadOnlyMemory<byte> ReceivedMessage { get; }
}
