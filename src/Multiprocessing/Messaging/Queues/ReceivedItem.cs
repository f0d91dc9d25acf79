using System.Buffers.Binary;
using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// An object that was taken from a queue, as bytes, and what it refers to, opened. It is read before its cells are given back, and only
/// then are its store and its references given up: whoever dies in between leaves the item whole for another one, or a reference too much.
/// </summary>
internal sealed class ReceivedItem : IDisposable
{
    private List<(Guid Ticket, SharedBlock Block)> _references = None;
    private static readonly List<(Guid Ticket, SharedBlock Block)> None = [];
    private readonly RingStores _stores;
    private readonly byte[] _bytes;
    private readonly bool _isElsewhere;
    private readonly StoreReference? _store;
    private readonly StoreSource? _buffers;
    private readonly (int Offset, int Length)? _place;
    private int _payload = 1;

    /// <param name="bytes">What lay in the cells.</param>
    /// <param name="stores">Those of the ring.</param>
    /// <exception cref="PayloadException">They are no item, or something that they refer to is gone.</exception>
    public ReceivedItem(byte[] bytes, RingStores stores)
    {
        _bytes = bytes;
        _stores = stores;
        int flags = bytes.Length > 0 ? bytes[0] : 0;
        if ((flags & QueueMessage.IsBare) != 0)
        {
            return;
        }

        if (QueueMessage.TryGetStore(bytes, out StoreReference store))
        {
            _payload += StoreReference.Size;
            _store = store;
            _buffers = new StoreSource(stores.TakeOver(store));
        }

        try
        {
            _isElsewhere = (flags & QueueMessage.IsElsewhere) != 0;
            if ((flags & QueueMessage.IsPayloadStored) != 0)
            {
                _place = (ReadInt32(), ReadInt32());
                _ = Payload;
            }

            OpenReferences();
        }
        catch
        {
            // It is used up.
            Close();
            FreeStore();
            throw;
        }
    }

    /// <summary>The item's payload; valid until this object is given up or disposed of.</summary>
    public unsafe ReadOnlySpan<byte> Payload => this switch
    {
        { _place: { } place } => _buffers is null ? throw Malformed() : _buffers.Slice(place.Offset, place.Length),
        { _isElsewhere: true } => new ReadOnlySpan<byte>(_references[0].Block.Pointer, checked((int)_references[0].Block.Length)),
        _ => _bytes.AsSpan(_payload),
    };

    public T Read<T>()
    {
        T value = SelfContainedPayload.Deserialize<T>(Payload, _buffers);
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The item has left the queue: its store and its references go.</summary>
    public void GiveUp()
    {
        FreeStore();
        foreach ((Guid ticket, SharedBlock block) in _references)
        {
            block.AddTransit(-1);
            ProcessTree.HandOver.Discard(ticket);
        }

        Close();
    }

    public void Dispose() => Close();

    private static PayloadException Malformed() => new("An item of a queue is malformed.");

    private void OpenReferences()
    {
        int count = ReadInt32();
        if ((uint)count > (_bytes.Length - _payload) / QueueMessage.ReferenceSize)
        {
            throw Malformed();
        }

        _references = count == 0 ? None : [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> bytes = _bytes.AsSpan(_payload, QueueMessage.ReferenceSize);
            _payload += QueueMessage.ReferenceSize;
            SharedBlock block = SharedBlock.TryOpen(BlockReference.Read(bytes[16..]))
                ?? throw new PayloadException("Shared memory that an item of a queue refers to is gone.");
            _references.Add((new Guid(bytes[..16]), block));
        }

        if (_isElsewhere && (count == 0 || _references[0].Block.Kind != SharedKind.QueueItem))
        {
            throw new PayloadException("An item of a queue lies elsewhere, and does not say where.");
        }
    }

    private int ReadInt32()
    {
        if (_bytes.Length - _payload < sizeof(int))
        {
            throw Malformed();
        }

        _payload += sizeof(int);
        return BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_payload - sizeof(int)));
    }

    private void FreeStore()
    {
        if (_store is { } store)
        {
            _stores.Free(store);
        }
    }

    private void Close()
    {
        for (int i = 0; i < _references.Count; i++)
        {
            if (i == 0 && _isElsewhere && _references[i].Block.Kind == SharedKind.QueueItem)
            {
                _references[i].Block.Evacuate();
            }
            else
            {
                _references[i].Block.Dispose();
            }
        }

        _references = None;
    }
}
