using Multiprocessing.Messaging.Connections;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Sends a value as one message. It is serialized on this thread, so a value that cannot be sent throws here.</summary>
    /// <param name="value">Anything that can be sent to another process of this program.</param>
    /// <param name="cancellationToken"><inheritdoc cref="SendBytes" path="/param[@name='cancellationToken']"/></param>
    /// <exception cref="UnserializableException">The value cannot be sent. Nothing was.</exception>
    /// <inheritdoc cref="SendBytes" path="/exception"/>
    public void Send<T>(T value, CancellationToken cancellationToken = default)
    {
        byte[] payload = Serialize(value, out PayloadHolds? holds);
        SendMessage(payload, holds, cancellationToken);
    }

    /// <inheritdoc cref="Send"/>
    public ValueTask SendAsync<T>(T value, CancellationToken cancellationToken = default)
    {
        byte[] payload = Serialize(value, out PayloadHolds? holds);
        return SendMessageAsync(payload, holds, cancellationToken);
    }

    /// <summary>Waits for the next message, which must be a value that was sent as a <typeparamref name="T"/>.</summary>
    /// <param name="cancellationToken">Ends the wait; the message stays for the next call.</param>
    /// <exception cref="PayloadException">The message is not such a value. It is used up.</exception>
    /// <exception cref="InvalidOperationException">
    /// This end only sends, or the peer has proved no key and <see cref="ConnectionOptions.AllowObjectsWithoutKey"/> is not set.
    /// </exception>
    /// <inheritdoc cref="ReceiveBytes(CancellationToken)" path="/exception"/>
    public T Receive<T>(CancellationToken cancellationToken = default)
    {
        CheckTrust();
        using ReceivedMessage message = ReceiveMessage(cancellationToken);
        return SelfContainedPayload.Deserialize<T>(message.Bytes);
    }

    /// <inheritdoc cref="Receive"/>
    public async ValueTask<T> ReceiveAsync<T>(CancellationToken cancellationToken = default)
    {
        CheckTrust();
        using ReceivedMessage message = await ReceiveMessageAsync(cancellationToken).ConfigureAwait(false);
        return SelfContainedPayload.Deserialize<T>(message.Bytes);
    }

    private byte[] Serialize<T>(T value, out PayloadHolds? holds)
    {
        CheckSend();
        holds = null;
        return _transport.CarriesReferences ? SelfContainedPayload.Serialize(value, out holds) : SelfContainedPayload.Serialize(value);
    }

    private void CheckTrust()
    {
        if (!_transport.IsTrusted && !_options.AllowObjectsWithoutKey)
        {
            throw new InvalidOperationException(
                "The peer has proved no key, so it may not decide which types are created here: set ConnectionOptions.AuthenticationKey on both "
                + "sides (or AllowObjectsWithoutKey), or receive bytes.");
        }
    }
}
