using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Waiting;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Connections;

/// <summary>Messages over a connected stream socket (a Unix-domain or a TCP one), framed as CPython frames them.</summary>
internal sealed class SocketTransport : MessageTransport, IHandshakeStream
{
    /// <summary>Up to here header and message go out in one piece.</summary>
    private const int LargestInOnePiece = 16 * 1024;

    private readonly Socket _socket;
    private readonly FrameReader _reader = new();
    private readonly SocketPollers _pollers = new();
    private readonly byte[] _header = new byte[SocketFrame.ShortHeader];
    private volatile bool _isDisposed;
    private bool _isSendBroken;
    private volatile Exception? _receiveFailure;

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        RemoteAddress = socket.RemoteEndPoint;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
        }
    }

    public override bool IsDisposed => _isDisposed;

    public override EndPoint? RemoteAddress { get; }

    public override bool CanSend => true;

    public override bool CanReceive => true;

    public override bool IsTrusted => IsAuthenticated;

    /// <summary>Set once, by the handshake.</summary>
    public bool IsAuthenticated { get; set; }

    public override void Send(ReadOnlySpan<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            // The kernel's calls that block know no tokens.
            SendAsync(message.ToArray(), holds, cancellationToken).AsTask().GetAwaiter().GetResult();
            return;
        }

        ThrowIfSendIsBroken();
        try
        {
            if (message.Length <= LargestInOnePiece)
            {
                byte[] frame = ArrayPool<byte>.Shared.Rent(SocketFrame.ShortHeader + message.Length);
                try
                {
                    SendAll(Frame(frame, message));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(frame);
                }

                return;
            }

            SocketFrame.WriteHeader(_header, message.Length);
            SendAll(_header);
            SendAll(message);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw SendFailure(exception);
        }
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> message, PayloadHolds? holds, CancellationToken cancellationToken)
    {
        ThrowIfSendIsBroken();
        cancellationToken.ThrowIfCancellationRequested();
        byte[] frame = ArrayPool<byte>.Shared.Rent(SocketFrame.ShortHeader + Math.Min(message.Length, LargestInOnePiece));
        try
        {
            _isSendBroken = true;
            if (message.Length <= LargestInOnePiece)
            {
                int length = Frame(frame, message.Span).Length;
                await SendAllAsync(frame.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                SocketFrame.WriteHeader(frame, message.Length);
                await SendAllAsync(frame.AsMemory(0, SocketFrame.ShortHeader), cancellationToken).ConfigureAwait(false);
                await SendAllAsync(message, cancellationToken).ConfigureAwait(false);
            }

            _isSendBroken = false;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw SendFailure(exception);
        }
        catch (OperationCanceledException)
        {
            // Part of a message may be out: the peer must not take what comes next for the rest of it.
            Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    ValueTask IHandshakeStream.SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        SendAsync(message, null, cancellationToken);

    async ValueTask<byte[]> IHandshakeStream.ReceiveAsync(int maxLength, CancellationToken cancellationToken)
    {
        using ReceivedMessage message = await ReceiveAsync(maxLength, cancellationToken).ConfigureAwait(false);
        return message.Bytes.ToArray();
    }

    public override ReceivedMessage Receive(int maxLength, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            return ReceiveAsync(maxLength, cancellationToken).AsTask().GetAwaiter().GetResult();
        }

        while (true)
        {
            if (TryTake(maxLength, out ReceivedMessage message))
            {
                return message;
            }

            int count;
            try
            {
                count = _socket.Receive(_reader.Room.Span);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                throw ReceiveFailure(exception);
            }

            Arrived(count);
        }
    }

    public override async ValueTask<ReceivedMessage> ReceiveAsync(int maxLength, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(maxLength, out ReceivedMessage message))
            {
                return message;
            }

            int count;
            try
            {
                count = await _socket.ReceiveAsync(_reader.Room, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                throw ReceiveFailure(exception);
            }

            Arrived(count);
        }
    }

    public override bool Poll(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (HasArrived)
        {
            return true;
        }

        ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));
        return timeout == TimeSpan.Zero
            ? _socket.Poll(0, SelectMode.SelectRead)
            : PollAsync(timeout, cancellationToken).AsTask().GetAwaiter().GetResult();
    }

    public override async ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Deadline deadline = Deadline.After(timeout);
        while (!await WaitAsync(deadline, cancellationToken).ConfigureAwait(false))
        {
            // A receiver that calls back may have taken everything before this one looks.
            if (deadline.HasPassed)
            {
                return HasArrived;
            }
        }

        return true;
    }

    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _socket.Dispose();
        }
    }

    private async ValueTask<bool> WaitAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using IDisposable? limit = TimeLimit.Set(giveUp, deadline.HasPassed ? TimeSpan.Zero : deadline.Remaining);
        _pollers.Add(giveUp);
        try
        {
            if (!HasArrived)
            {
                // A read of nothing completes when there is something to read, or the end of the stream.
                await _socket.ReceiveAsync(Memory<byte>.Empty, giveUp.Token).ConfigureAwait(false);
                ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // What is wrong with the connection is for the next receive to say.
            return _isDisposed ? throw new ObjectDisposedException(nameof(Connection)) : true;
        }
        finally
        {
            _pollers.Remove(giveUp);
        }
    }

    private bool HasArrived => _reader.HasBytes || _receiveFailure is not null;

    private static ReadOnlySpan<byte> Frame(byte[] room, ReadOnlySpan<byte> message)
    {
        SocketFrame.WriteHeader(room, message.Length);
        message.CopyTo(room.AsSpan(SocketFrame.ShortHeader));
        return room.AsSpan(0, SocketFrame.ShortHeader + message.Length);
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        _isSendBroken = true;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }

        _isSendBroken = false;
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private bool TryTake(int maxLength, out ReceivedMessage message)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));
        if (_receiveFailure is not null)
        {
            throw new IOException(_receiveFailure.Message, _receiveFailure);
        }

        try
        {
            return _reader.TryTake(maxLength, out message);
        }
        catch (IOException exception)
        {
            // Where the next message would begin is not known any more.
            _receiveFailure = exception;
            throw;
        }
        finally
        {
            if (HasArrived)
            {
                _pollers.CallBack();
            }
        }
    }

    private void Arrived(int count)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));
        if (count == 0)
        {
            throw _reader.HasBytes
                ? new IOException("The peer closed the connection, or died, in the middle of a message.")
                : new EndOfStreamException("The peer has closed the connection, or died.");
        }

        _reader.Advance(count);
    }

    private void ThrowIfSendIsBroken()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(Connection));
        if (_isSendBroken)
        {
            throw new IOException("An earlier message went out only in part.");
        }
    }

    private Exception SendFailure(Exception exception) => _isDisposed
        ? new ObjectDisposedException(nameof(Connection))
        : new IOException("The peer has closed the connection, or died.", exception);

    private Exception ReceiveFailure(Exception exception) => exception switch
    {
        _ when _isDisposed => new ObjectDisposedException(nameof(Connection)),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } when !_reader.HasBytes =>
            new EndOfStreamException("The peer has closed the connection, or died.", exception),
        _ => new IOException("The connection broke, maybe in the middle of a message.", exception),
    };
}
