using System.Buffers.Binary;
using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// An object on its way into a queue, serialized. What does not fit into cells, and the shared objects that it refers to, lie in memory of
/// their own that is parked in the queue: it stays as long as the item does, although the process that put it may be gone.
/// </summary>
/// <remarks>
/// [flags: 1: the payload is the content of the first reference; 2: there are no references, the payload follows] [number of references: 4
/// bytes] [ticket and reference of each], then the payload, if it is here. docs/protocol.md, "Queues".
/// </remarks>
internal sealed class QueueMessage : IDisposable
{
    public const byte IsElsewhere = 1;
    public const byte IsBare = 2;
    public const int BareHeaderSize = 1;
    public const int HeaderSize = 1 + sizeof(int);
    public const int ReferenceSize = 16 + BlockReference.Size;

    private readonly List<(Guid Ticket, SharedBlock Block)> _parked = [];
    private IJourney[] _journeys = [];
    private bool _isDelivered;

    private QueueMessage()
    {
    }

    /// <summary>What goes into the cells.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>How many bytes lie elsewhere.</summary>
    public long Elsewhere { get; private set; }

    /// <param name="item">The item.</param>
    /// <param name="queue">The queue's memory.</param>
    /// <param name="largest">What fits into cells, in bytes.</param>
    /// <exception cref="UnserializableException">The item cannot be sent.</exception>
    public static QueueMessage Of<T>(T item, SharedBlock queue, int largest)
    {
        byte[] payload = SelfContainedPayload.Serialize(item, out PayloadHolds? holds);
        using (holds)
        {
            return Of(payload, holds, queue, largest);
        }
    }

    /// <param name="payload">What is serialized already, or bytes.</param>
    /// <param name="holds">What it refers to.</param>
    /// <param name="queue">The queue's memory.</param>
    /// <param name="largest">What fits into cells, in bytes.</param>
    /// <exception cref="UnserializableException">It refers to too much.</exception>
    public static QueueMessage Of(ReadOnlySpan<byte> payload, PayloadHolds? holds, SharedBlock queue, int largest)
    {
        var message = new QueueMessage();
        if (holds is null && payload.Length + BareHeaderSize <= largest)
        {
            message.Bytes = new byte[payload.Length + BareHeaderSize];
            message.Bytes[0] = IsBare;
            payload.CopyTo(message.Bytes.AsSpan(BareHeaderSize));
            return message;
        }

        try
        {
            message.Build(payload, holds, queue, largest);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <summary>The item is in the queue: what it refers to now belongs to it.</summary>
    public void Delivered() => _isDelivered = true;

    public void Dispose()
    {
        if (!_isDelivered)
        {
            Array.ForEach(_journeys, static journey => journey.End());
        }

        foreach ((Guid ticket, SharedBlock block) in _parked)
        {
            if (!_isDelivered)
            {
                block.AddTransit(-1);
                ProcessTree.HandOver.Discard(ticket);
            }

            block.Dispose();
        }

        _parked.Clear();
    }

    private void Build(ReadOnlySpan<byte> payload, PayloadHolds? holds, SharedBlock queue, int largest)
    {
        SharedBlock[] held = [.. holds?.Held.OfType<SharedBlock>() ?? []];
        int references = held.Length;
        bool isElsewhere = HeaderSize + (references * (long)ReferenceSize) + payload.Length > largest;
        long inCells = HeaderSize + ((references + (isElsewhere ? 1L : 0)) * ReferenceSize) + (isElsewhere ? 0 : payload.Length);
        if (inCells > largest)
        {
            throw new UnserializableException($"it refers to {references} shared objects, more than fit into the buffer of the queue.");
        }

        Bytes = new byte[inCells];
        Bytes[0] = isElsewhere ? IsElsewhere : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(1), references + (isElsewhere ? 1 : 0));
        int at = HeaderSize;
        if (references + (isElsewhere ? 1 : 0) > 0)
        {
            Guid container = queue.ToReference().Token;
            if (isElsewhere)
            {
                at = Park(PutElsewhere(payload), container, at);
            }

            foreach (SharedBlock block in held)
            {
                at = Park(block.Duplicate(), container, at);
            }
        }

        _journeys = [.. holds?.Held.OfType<IJourney>() ?? []];
        Array.ForEach(_journeys, static journey => journey.Entrust());
        if (!isElsewhere)
        {
            payload.CopyTo(Bytes.AsSpan(at));
        }
    }

    private unsafe SharedBlock PutElsewhere(ReadOnlySpan<byte> payload)
    {
        Elsewhere = payload.Length;
        SharedBlock block = SharedBlock.Allocate(SharedKind.QueueItem, payload.Length, alone: true);
        payload.CopyTo(new Span<byte>(block.Pointer, payload.Length));
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

        _parked.Add((ticket.Value, block));
        ticket.Value.TryWriteBytes(Bytes.AsSpan(at));
        reference.Write(Bytes.AsSpan(at + 16));
        return at + ReferenceSize;
    }
}
