using System.Buffers;
using System.Buffers.Binary;
using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// An object on its way into a queue, serialized. Large arrays, and what does not fit into cells, lie in a store of the queue, or, if there is
/// none for it, in memory of their own. That, and the shared objects that the item refers to, are parked in the queue: they stay as long as
/// the item does, although the process that put it may be gone.
/// </summary>
/// <remarks>Layout: docs/protocol.md, "Queues".</remarks>
internal sealed class QueueMessage : IDisposable
{
    // Flags, in the first byte.
    public const byte IsElsewhere = 1;
    public const byte IsBare = 2;
    public const byte IsStored = 4;
    public const byte IsPayloadStored = 8;

    public const int BareHeaderSize = 1;

    /// <summary>After the flags, if there is a store: the store; and, if the payload is there, its offset and length.</summary>
    public const int PlaceSize = sizeof(int) + sizeof(int);

    public const int ReferenceSize = 16 + BlockReference.Size;

    private readonly StoreSink _sink;
    private List<(Guid Ticket, SharedBlock Block)>? _parked;
    private byte[] _buffer = [];
    private int _length;
    private IJourney[] _journeys = [];
    private bool _isDelivered;

    private QueueMessage(RingPort port) => _sink = new StoreSink(port.Stores);

    /// <summary>What goes into the cells. Valid until this object is disposed of.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>How many bytes lie elsewhere.</summary>
    public long Elsewhere { get; private set; }

    /// <param name="item">The item.</param>
    /// <param name="port">Where it is to go.</param>
    /// <exception cref="UnserializableException">The item cannot be sent.</exception>
    public static QueueMessage Of<T>(T item, RingPort port)
    {
        var message = new QueueMessage(port);
        try
        {
            using SerializedPayload payload = SelfContainedPayload.Write(item, message._sink);
            using PayloadHolds? holds = payload.Holds;
            message.Build(payload.Head, payload.Body, holds, port);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <param name="payload">What is serialized already, or bytes.</param>
    /// <param name="holds">What it refers to.</param>
    /// <param name="port">Where it is to go.</param>
    /// <exception cref="UnserializableException">It refers to too much.</exception>
    public static QueueMessage Of(ReadOnlySpan<byte> payload, PayloadHolds? holds, RingPort port)
    {
        var message = new QueueMessage(port);
        try
        {
            message.Build([], payload, holds, port);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <summary>Whether nothing but the payload follows.</summary>
    public static bool IsBareItem(ReadOnlySpan<byte> bytes) => bytes.Length >= BareHeaderSize && (bytes[0] & IsBare) != 0;

    /// <summary>Whether an item lies in a store.</summary>
    /// <param name="bytes">As many of its bytes as a cell has, or more.</param>
    /// <param name="store">In which one.</param>
    public static bool TryGetStore(ReadOnlySpan<byte> bytes, out StoreReference store)
    {
        bool isStored = bytes.Length > StoreReference.Size && (bytes[0] & (IsStored | IsBare)) == IsStored;
        store = isStored ? StoreReference.Read(bytes[1..]) : default;
        return isStored;
    }

    /// <summary>The item is in the queue: what it refers to now belongs to it.</summary>
    public void Delivered() => _isDelivered = true;

    public void Dispose()
    {
        if (!_isDelivered)
        {
            Array.ForEach(_journeys, static journey => journey.End());
            _sink.Free();
        }

        foreach ((Guid ticket, SharedBlock block) in _parked ?? [])
        {
            if (!_isDelivered)
            {
                block.AddTransit(-1);
                ProcessTree.HandOver.Discard(ticket);
            }

            block.Dispose();
        }

        _parked = null;
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }

    private void Build(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, PayloadHolds? holds, RingPort port)
    {
        int length = checked(head.Length + body.Length);
        int largest = port.Ring.LargestItem;
        if (holds is null && _sink.Store is null && length < StoreSink.LargePayload && BareHeaderSize + length <= largest)
        {
            Span<byte> bare = Rent(BareHeaderSize + length);
            bare[0] = IsBare;
            Copy(head, body, bare[BareHeaderSize..]);
            return;
        }

        SharedBlock[] held = holds is null ? [] : [.. holds.Held.OfType<SharedBlock>()];
        int offset = 0;
        bool fits = HeaderSize(held.Length, isPayloadStored: false) + length <= largest;
        bool isPayloadStored = (length >= StoreSink.LargePayload || !fits) && _sink.TryPut(head, body, out offset);
        bool isElsewhere = !isPayloadStored && !fits;
        int references = held.Length + (isElsewhere ? 1 : 0);
        bool isHere = !isPayloadStored && !isElsewhere;
        long inCells = HeaderSize(references, isPayloadStored) + (isHere ? length : 0);
        if (inCells > largest)
        {
            throw new UnserializableException($"it refers to {held.Length} shared objects, more than fit into the buffer of the queue.");
        }

        Span<byte> bytes = Rent((int)inCells);
        bytes[0] = (byte)((isElsewhere ? IsElsewhere : 0) | (isPayloadStored ? IsPayloadStored : 0));
        int at = 1;
        if (_sink.Store is { } store)
        {
            bytes[0] |= IsStored;
            Elsewhere = _sink.Used;
            store.Reference.Write(bytes[at..]);
            at += StoreReference.Size;
        }

        if (isPayloadStored)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(at + sizeof(int))..], length);
            at += PlaceSize;
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], references);
        at += sizeof(int);
        Guid container = references > 0 ? port.Container.ToReference().Token : default;
        if (isElsewhere)
        {
            at = Park(PutElsewhere(head, body), container, at);
        }

        foreach (SharedBlock block in held)
        {
            at = Park(block.Duplicate(), container, at);
        }

        _journeys = holds is null ? [] : [.. holds.Held.OfType<IJourney>()];
        Array.ForEach(_journeys, static journey => journey.Entrust());
        if (isHere)
        {
            Copy(head, body, bytes[at..]);
        }
    }

    private Span<byte> Rent(int length)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(length);
        _length = length;
        return _buffer.AsSpan(0, length);
    }

    private long HeaderSize(int references, bool isPayloadStored) =>
        1 + (_sink.Store is null ? 0 : StoreReference.Size) + (isPayloadStored ? PlaceSize : 0) + sizeof(int) + (references * (long)ReferenceSize);

    private static void Copy(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        head.CopyTo(destination);
        body.CopyTo(destination[head.Length..]);
    }

    private unsafe SharedBlock PutElsewhere(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        int length = head.Length + body.Length;
        Elsewhere += length;
        SharedBlock block = SharedBlock.Allocate(SharedKind.QueueItem, length, alone: true);
        Copy(head, body, new Span<byte>(block.Pointer, length));
        return block;
    }

    /// <summary>In this order: what dies in between leaves a count or a ticket too much, never one too few.</summary>
    private int Park(SharedBlock block, Guid container, int at)
    {
        BlockReference reference = block.ToReference();
        block.AddTransit(1);
        Guid? ticket = ProcessTree.HandOver.Park(reference.Token, container);
        if (ticket is null)
        {
            block.AddTransit(-1);
            block.Dispose();
            throw new IOException("The memory of the queue is gone.");
        }

        (_parked ??= []).Add((ticket.Value, block));
        ticket.Value.TryWriteBytes(_buffer.AsSpan(at));
        reference.Write(_buffer.AsSpan(at + 16));
        return at + ReferenceSize;
    }
}
