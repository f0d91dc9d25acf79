using Multiprocessing.Messaging.Connections;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Sends a message. Returns when it is on its way; waits while the peer's end is full.</summary>
    /// <param name="message">Any number of bytes, also none; at most <see cref="ConnectionOptions.LargestMessage"/>.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. Of a pipe nothing has gone out then; a socket is closed if the message has begun to go out, because a part of one is no
    /// message.
    /// </param>
    /// <exception cref="ArgumentException">The message is too long.</exception>
    /// <exception cref="IOException">The peer has closed its end, or died.</exception>
    /// <exception cref="ObjectDisposedException">This end was closed.</exception>
    /// <exception cref="InvalidOperationException">This end only receives.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public void SendBytes(ReadOnlySpan<byte> message, CancellationToken cancellationToken = default)
    {
        CheckSend();
        CheckLength(message.Length);
        SendMessage(message, null, cancellationToken);
    }

    /// <inheritdoc cref="SendBytes"/>
    public ValueTask SendBytesAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        CheckSend();
        CheckLength(message.Length);
        return SendMessageAsync(message, null, cancellationToken);
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Ends the wait; the message stays for the next call.</param>
    /// <returns>The bytes of exactly one message.</returns>
    /// <exception cref="EndOfStreamException">The peer has closed its end, or died, and everything was received.</exception>
    /// <exception cref="IOException">
    /// The connection broke in the middle of a message, or the message is longer than <see cref="ConnectionOptions.MaxMessageLength"/>:
    /// nothing more can be received.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This end was closed.</exception>
    /// <exception cref="InvalidOperationException">This end only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public byte[] ReceiveBytes(CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = ReceiveMessage(cancellationToken);
        return message.Bytes.ToArray();
    }

    /// <inheritdoc cref="ReceiveBytes(CancellationToken)"/>
    public async ValueTask<byte[]> ReceiveBytesAsync(CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = await ReceiveMessageAsync(cancellationToken).ConfigureAwait(false);
        return message.Bytes.ToArray();
    }

    /// <summary>Waits for the next message, which may be no longer than told.</summary>
    /// <param name="maxLength">
    /// The longest message that is taken, in bytes, for this call; <see cref="ConnectionOptions.MaxMessageLength"/> holds beside it. A longer
    /// one is lost, and nothing more can be received here; sending still works.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; the message stays for the next call.</param>
    /// <returns>The bytes of exactly one message.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <inheritdoc cref="ReceiveBytes(CancellationToken)" path="/exception"/>
    public byte[] ReceiveBytes(int maxLength, CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = ReceiveMessage(cancellationToken, maxLength);
        return message.Bytes.ToArray();
    }

    /// <inheritdoc cref="ReceiveBytes(int, CancellationToken)"/>
    public async ValueTask<byte[]> ReceiveBytesAsync(int maxLength, CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = await ReceiveMessageAsync(cancellationToken, maxLength).ConfigureAwait(false);
        return message.Bytes.ToArray();
    }

    /// <summary>Waits for the next message and copies it into memory of the caller's.</summary>
    /// <param name="destination">Where the message goes.</param>
    /// <param name="cancellationToken">Ends the wait; the message stays for the next call.</param>
    /// <returns>The length of the message, in bytes.</returns>
    /// <exception cref="BufferTooShortException">The message is longer than the destination: the exception has it.</exception>
    /// <inheritdoc cref="ReceiveBytes(CancellationToken)" path="/exception"/>
    public int ReceiveBytes(Span<byte> destination, CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = ReceiveMessage(cancellationToken);
        return Copy(message, destination);
    }

    /// <inheritdoc cref="ReceiveBytes(Span{byte}, CancellationToken)"/>
    public async ValueTask<int> ReceiveBytesAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        using ReceivedMessage message = await ReceiveMessageAsync(cancellationToken).ConfigureAwait(false);
        return Copy(message, destination.Span);
    }

    private static int Copy(in ReceivedMessage message, Span<byte> destination)
    {
        if (message.Length > destination.Length)
        {
            throw new BufferTooShortException(message.Bytes.ToArray(), destination.Length);
        }

        message.Bytes.CopyTo(destination);
        return message.Length;
    }

    private static void CheckLength(int length)
    {
        if (length > ConnectionOptions.LargestMessage)
        {
            throw new ArgumentException($"A message has at most {ConnectionOptions.LargestMessage} bytes.");
        }
    }

    private void SendMessage(ReadOnlySpan<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        using PayloadHolds? held = holds;
        _sending.Wait(cancellationToken);
        try
        {
            _transport.Send(message, holds, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async ValueTask SendMessageAsync(ReadOnlyMemory<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        using PayloadHolds? held = holds;
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _transport.SendAsync(message, holds, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private ReceivedMessage ReceiveMessage(CancellationToken cancellationToken, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        CheckReceive();
        _receiving.Wait(cancellationToken);
        try
        {
            return _transport.Receive(Math.Min(maxLength, _options.MaxMessageLength), cancellationToken);
        }
        finally
        {
            _receiving.Release();
        }
    }

    private async ValueTask<ReceivedMessage> ReceiveMessageAsync(CancellationToken cancellationToken, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        CheckReceive();
        await _receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _transport.ReceiveAsync(Math.Min(maxLength, _options.MaxMessageLength), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _receiving.Release();
        }
    }
}
