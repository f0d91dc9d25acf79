using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>Puts the large buffers of an item, and its payload if that is large, into one store, which it takes when the first one comes.</summary>
internal sealed unsafe class StoreSink(RingStores stores) : LargeBufferSink
{
    /// <summary>Payloads from here on are better off in a store than in cells, in bytes.</summary>
    public const int LargePayload = 4096;

    /// <summary>Where buffers begin. An index is the offset divided by it.</summary>
    public const int Alignment = 64;

    private Store? _store;
    private bool _isRefused;

    public Store? Store => _store;

    /// <summary>How many bytes of the store are used.</summary>
    public int Used { get; private set; }

    public override bool Takes(long length)
    {
        if (length < Threshold)
        {
            return false;
        }

        return TryReserve(length);
    }

    public override Span<byte> Rent(long length, out int index)
    {
        Span<byte> room = Take((int)length, out int offset);
        index = offset / Alignment;
        return room;
    }

    /// <summary>Copies a payload into the store, if there is one with room for it.</summary>
    public bool TryPut(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int offset)
    {
        offset = 0;
        if (!TryReserve((long)head.Length + body.Length))
        {
            return false;
        }

        Span<byte> room = Take(head.Length + body.Length, out offset);
        head.CopyTo(room);
        body.CopyTo(room[head.Length..]);
        return true;
    }

    /// <summary>The item does not go into the ring.</summary>
    public void Free()
    {
        if (_store is { } store)
        {
            _store = null;
            stores.Free(store.Reference);
        }
    }

    private bool TryReserve(long length)
    {
        if (_store is null && !_isRefused && length <= RingStores.Size)
        {
            _store = stores.TryClaim();
            _isRefused = _store is null;
        }

        return _store is not null && Used + length <= RingStores.Size;
    }

    private Span<byte> Take(int length, out int offset)
    {
        offset = Used;
        Used = (int)Math.Min(RingStores.Size, ((long)offset + length + Alignment - 1) / Alignment * Alignment);
        return new Span<byte>(_store!.Block.Pointer + offset, length);
    }
}

/// <summary>The large buffers of an item that was taken.</summary>
internal sealed unsafe class StoreSource(Store store) : LargeBufferSource
{
    public override ReadOnlySpan<byte> Get(int index) => Slice((long)index * StoreSink.Alignment, null);

    /// <summary>A part of the store, or all from there on.</summary>
    /// <exception cref="PayloadException">It goes beyond the store.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long? length)
    {
        long end = length is { } given ? offset + given : RingStores.Size;
        return offset >= 0 && offset <= end && end <= RingStores.Size
            ? new ReadOnlySpan<byte>(store.Block.Pointer + offset, (int)(end - offset))
            : throw new PayloadException("An item of a queue goes beyond its store.");
    }
}
