using System.Buffers;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Messaging.Connections;

/// <summary>A message that has arrived, in memory of a pool or as an item of a ring. To be disposed of once, by its one owner.</summary>
internal struct ReceivedMessage : IDisposable
{
    private readonly int _offset;
    private readonly int _length;
    private readonly ReceivedItem? _item;
    private byte[]? _buffer;

    public ReceivedMessage(byte[] buffer, int offset, int length)
    {
        _buffer = buffer;
        _offset = offset;
        _length = length;
    }

    /// <param name="item">Not in the ring any more; it is given up with this message.</param>
    /// <param name="buffer">Memory of a pool that goes with it.</param>
    public ReceivedMessage(ReceivedItem item, byte[] buffer)
    {
        _item = item;
        _buffer = buffer;
    }

    public readonly ReadOnlySpan<byte> Bytes => _item is null ? _buffer.AsSpan(_offset, _length) : _item.Payload;

    public readonly int Length => Bytes.Length;

    public void Dispose()
    {
        _item?.GiveUp();
        if (_buffer is { Length: > 0 } pooled)
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        _buffer = null;
    }
}
