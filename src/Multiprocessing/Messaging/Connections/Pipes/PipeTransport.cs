using System.Buffers;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Connections;

/// <summary>Messages through rings of shared memory, one for each direction. An end that nobody closed closes when it is garbage.</summary>
internal sealed class PipeTransport : MessageTransport
{
    private const int LargestOnStack = 512;
    private readonly PipeEndHold _hold;
    private readonly bool _isDuplex;
    private volatile bool _isDisposed;
    private volatile IOException? _receiveFailure;

    public PipeTransport(PipeEndHold hold, bool isDuplex)
    {
        _hold = hold;
        _isDuplex = isDuplex;
    }

    ~PipeTransport() => ThreadPool.UnsafeQueueUserWorkItem(static hold => hold.Release(), _hold, preferLocal: false);

    public PipeEndHold Hold => _hold;

    public override bool IsDisposed => _isDisposed;

    public override bool CanSend => _isDuplex || _hold.End == 1;

    public override bool CanReceive => _isDuplex || _hold.End == 0;

    /// <summary>Both ends belong to this tree, and nobody else can get one.</summary>
    public override bool IsTrusted => true;

    public override bool CarriesReferences => true;

    public override void Send(ReadOnlySpan<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (holds is null && message.Length < StoreSink.LargePayload)
        {
            SendBare(message, cancellationToken);
        }
        else
        {
            using QueueMessage item = QueueMessage.Of(message, holds, _hold.Outgoing);
            SendItem(item.Bytes, item.Elsewhere, cancellationToken);
            item.Delivered();
        }

        GC.KeepAlive(this);
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckPeer();
        using QueueMessage item = QueueMessage.Of(message.Span, holds, _hold.Outgoing);
        await _hold.Outgoing.Room.PassAsync(
            () => new PipeSend(this, item.Bytes, item.Elsewhere).Try(), Deadline.Never, cancellationToken).ConfigureAwait(false);
        item.Delivered();
        GC.KeepAlive(this);
    }

    public override ReceivedMessage Receive(int maxLength, CancellationToken cancellationToken)
    {
        CheckReceive();
        cancellationToken.ThrowIfCancellationRequested();
        var receive = new PipeReceive(this, takes: true);
        _hold.Incoming.Items.Pass(ref receive, Deadline.Never, cancellationToken);
        ReceivedMessage message = TakeOut(receive.Position, maxLength);
        GC.KeepAlive(this);
        return message;
    }

    public override async ValueTask<ReceivedMessage> ReceiveAsync(int maxLength, CancellationToken cancellationToken)
    {
        CheckReceive();
        cancellationToken.ThrowIfCancellationRequested();
        var receive = new PipeReceive(this, takes: true);
        await _hold.Incoming.Items.PassAsync(() => receive.Try(), Deadline.Never, cancellationToken).ConfigureAwait(false);
        ReceivedMessage message = TakeOut(receive.Position, maxLength);
        GC.KeepAlive(this);
        return message;
    }

    public override bool Poll(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_receiveFailure is not null)
        {
            return true;
        }

        try
        {
            var look = new PipeReceive(this, takes: false);
            bool found = _hold.Incoming.Items.Pass(ref look, Deadline.After(timeout), cancellationToken);
            GC.KeepAlive(this);
            return found;
        }
        catch (EndOfStreamException)
        {
            // The end can be received without waiting, too.
            return true;
        }
    }

    public override async ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_receiveFailure is not null)
        {
            return true;
        }

        try
        {
            var look = new PipeReceive(this, takes: false);
            return await _hold.Incoming.Items.PassAsync(() => look.Try(), Deadline.After(timeout), cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            return true;
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }

    public override void Dispose()
    {
        _isDisposed = true;
        _hold.Release();
        GC.SuppressFinalize(this);
    }

    private void SendBare(ReadOnlySpan<byte> message, CancellationToken cancellationToken)
    {
        int length = QueueMessage.BareHeaderSize + message.Length;
        byte[]? pooled = length > LargestOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> item = pooled is null ? stackalloc byte[LargestOnStack] : pooled;
        item[0] = QueueMessage.IsBare;
        message.CopyTo(item[QueueMessage.BareHeaderSize..]);
        try
        {
            SendItem(item[..length], 0, cancellationToken);
        }
        finally
        {
            if (pooled is not null)
            {
                ArrayPool<byte>.Shared.Return(pooled);
            }
        }
    }

    private void SendItem(ReadOnlySpan<byte> item, long elsewhere, CancellationToken cancellationToken)
    {
        var send = new PipeSend(this, item, elsewhere);
        _hold.Outgoing.Room.Pass(ref send, Deadline.Never, cancellationToken);
    }

    private void CheckReceive()
    {
        CheckOpen();
        if (_receiveFailure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <exception cref="ObjectDisposedException">This end was closed.</exception>
    public void CheckOpen() => ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));

    /// <exception cref="ObjectDisposedException">This end was closed.</exception>
    /// <exception cref="IOException">The other one is gone.</exception>
    public void CheckPeer()
    {
        CheckOpen();
        if (_hold.IsPeerGone)
        {
            throw new IOException("The peer has closed the connection, or died.");
        }
    }

    private ReceivedMessage TakeOut(long position, int maxLength)
    {
        RingPort port = _hold.Incoming;
        int length = port.Ring.LengthAt(position);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        port.Ring.CopyOut(position, bytes.AsSpan(0, length));
        ReceivedMessage message;
        try
        {
            message = QueueMessage.IsBareItem(bytes.AsSpan(0, length))
                ? new ReceivedMessage(bytes, QueueMessage.BareHeaderSize, length - QueueMessage.BareHeaderSize)
                : new ReceivedMessage(ReceivedItem.Open(bytes[..length], port.Stores), bytes);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
        finally
        {
            port.Free(position);
        }

        if (message.Length <= maxLength)
        {
            return message;
        }

        // As over a socket, where the rest of it would be in the way.
        _receiveFailure = new IOException($"The peer sent a message of {message.Length} bytes, and at most {maxLength} are allowed.");
        message.Dispose();
        throw _receiveFailure;
    }
}
