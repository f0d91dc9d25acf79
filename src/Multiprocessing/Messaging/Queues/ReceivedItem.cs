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
    private bool _isElsewhere;
    private StoreReference? _store;
    private StoreSource? _buffers;
    private (int Offset, int Length)? _place;
    private int _payload = 1;

    private ReceivedItem(byte[] bytes, RingStores stores)
    {
        _bytes = bytes;
        _stores = stores;
    }

    /// <summary>The item's payload; valid until this object is given up or disposed of.</summary>
    public unsafe ReadOnlySpan<byte> Payload => this switch
    {
        { _place: { } place } => _buffers is null ? throw Malformed() : _buffers.Slice(place.Offset, place.Length),
        { _isElsewhere: true } => new ReadOnlySpan<byte>(_references[0].Block.Pointer, checked((int)_references[0].Block.Length)),
        _ => _bytes.AsSpan(_payload),
    };

    /// <param name="bytes">What lay in the cells.</param>
    /// <param name="stores">Those of the ring.</param>
    /// <param name="leaves">Whether the item stays in the ring if this fails; otherwise it is used up, and so is what it refers to.</param>
    /// <exception cref="PayloadException">They are no item, or something that they refer to is gone.</exception>
    public static ReceivedItem Open(byte[] bytes, RingStores stores, bool leaves = false)
    {
        var item = new ReceivedItem(bytes, stores);
        try
        {
            item.Open();
            return item;
        }
        catch when (leaves)
        {
            item.Close();
            throw;
        }
        catch
        {
            item.GiveUp();
            throw;
        }
    }

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

    private void Open()
    {
        int flags = _bytes.Length > 0 ? _bytes[0] : 0;
        if ((flags & QueueMessage.IsBare) != 0)
        {
            return;
        }

        if (QueueMessage.TryGetStore(_bytes, out StoreReference store))
        {
            _payload += StoreReference.Size;
            _buffers = new StoreSource(_stores.TakeOver(store));
            _store = store;
        }

        _isElsewhere = (flags & QueueMessage.IsElsewhere) != 0;
        if ((flags & QueueMessage.IsPayloadStored) != 0)
        {
            _place = (ReadInt32(), ReadInt32());
            _ = Payload;
        }

        OpenReferences();
    }

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
