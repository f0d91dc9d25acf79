using System.Threading.Channels;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>One end of a pair of streams in memory, on which a test can change what arrives.</summary>
internal sealed class ScriptedStream : IHandshakeStream
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private ScriptedStream? _peer;

    public Func<byte[], byte[]>? OnReceived { get; set; }

    public static (ScriptedStream One, ScriptedStream Other) Pair()
    {
        var one = new ScriptedStream();
        var other = new ScriptedStream { _peer = one };
        one._peer = other;
        return (one, other);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        _peer!._incoming.Writer.TryWrite(message.ToArray());
        return default;
    }

    public async ValueTask<byte[]> ReceiveAsync(int maxLength, CancellationToken cancellationToken)
    {
        try
        {
            byte[] message = await _incoming.Reader.ReadAsync(cancellationToken);
            message = OnReceived?.Invoke(message) ?? message;
            return message.Length <= maxLength ? message : throw new IOException("Too long.");
        }
        catch (ChannelClosedException)
        {
            throw new EndOfStreamException();
        }
    }

    /// <summary>The other end sees the end after what was sent.</summary>
    public void Close() => _peer!._incoming.Writer.TryComplete();
}
