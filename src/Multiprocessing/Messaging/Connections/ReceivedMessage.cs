using System.Buffers;

namespace Multiprocessing.Messaging.Connections;

/// <summary>A message that has arrived, in memory of a pool. To be disposed of once, by its one owner.</summary>
internal struct ReceivedMessage(byte[] buffer, int offset, int length) : IDisposable
{
    private byte[]? _buffer = buffer;

    public readonly int Length => length;

    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(offset, length);

    public void Dispose()
    {
        if (_buffer is { Length: > 0 } pooled)
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        _buffer = null;
    }
}
