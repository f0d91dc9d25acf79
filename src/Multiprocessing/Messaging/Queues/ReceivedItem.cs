using System.Buffers.Binary;
using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// An object that was taken from a queue, as bytes, and what it refers to, opened. It is read before its cells are given back, and only
/// then are its references given up: whoever dies in between leaves the item whole for another one, or a reference too much.
/// </summary>
internal sealed class ReceivedItem : IDisposable
{
    private readonly List<(Guid Ticket, SharedBlock Block)> _references = [];
    private readonly byte[] _bytes;
    private int _payload;
    private readonly bool _isElsewhere;

    /// <param name="bytes">What lay in the cells.</param>
    /// <exception cref="PayloadException">They are no item, or something that they refer to is gone.</exception>
    public ReceivedItem(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length > 0 && bytes[0] == QueueMessage.IsBare)
        {
            _payload = QueueMessage.BareHeaderSize;
            return;
        }

        uint count = bytes.Length >= QueueMessage.HeaderSize ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(1)) : uint.MaxValue;
        if (QueueMessage.HeaderSize + (count * (long)QueueMessage.ReferenceSize) > bytes.Length)
        {
            throw new PayloadException("An item of a queue is too short for its references.");
        }

        _isElsewhere = (bytes[0] & QueueMessage.IsElsewhere) != 0;
        _payload = QueueMessage.HeaderSize;
        for (uint i = 0; i < count; i++)
        {
            Open();
        }

        if (_isElsewhere && (count == 0 || _references[0].Block.Kind != SharedKind.QueueItem))
        {
            Close();
            throw new PayloadException("An item of a queue lies elsewhere, and does not say where.");
        }
    }

    /// <summary>The item's payload; valid until this object is given up or disposed of.</summary>
    public unsafe ReadOnlySpan<byte> Payload => _isElsewhere
        ? new ReadOnlySpan<byte>(_references[0].Block.Pointer, checked((int)_references[0].Block.Length))
        : _bytes.AsSpan(_payload);

    public T Read<T>()
    {
        T value = SelfContainedPayload.Deserialize<T>(Payload);
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The item has left the queue: its references go.</summary>
    public void GiveUp()
    {
        foreach ((Guid ticket, SharedBlock block) in _references)
        {
            block.AddTransit(-1);
            ProcessTree.HandOver.Discard(ticket);
        }

        Close();
    }

    public void Dispose() => Close();

    private void Open()
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(_payload, QueueMessage.ReferenceSize);
        if (SharedBlock.TryOpen(BlockReference.Read(bytes[16..])) is not { } block)
        {
            Close();
            throw new PayloadException("Shared memory that an item of a queue refers to is gone.");
        }

        _references.Add((new Guid(bytes[..16]), block));
        _payload += QueueMessage.ReferenceSize;
    }

    private void Close()
    {
        for (int i = 0; i < _references.Count; i++)
        {
            if (i == 0 && _isElsewhere)
            {
                _references[i].Block.Evacuate();
            }
            else
            {
                _references[i].Block.Dispose();
            }
        }

        _references.Clear();
    }
}
