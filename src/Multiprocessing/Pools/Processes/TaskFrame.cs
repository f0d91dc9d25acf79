using System.Buffers.Binary;
using Multiprocessing.Messaging.Segments;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The payload of a frame that carries a request or a response: the sequence number (4 bytes); the number of large buffers, with bit 31
/// set if the block lies in a segment, bit 30 if the task takes a token, bit 29 if references follow the response, bit 28 if it is a batch
/// (<see cref="BatchFrame"/>), which has the number of the attempt instead of buffers, and bit 27 if it is a request of another kind (4 bytes); in
/// such a request the number of the task (48 bits) and that of the attempt (16 bits); then the block itself, or its location (24 bytes). The
/// block is the locations of the large buffers, one behind the other, and the bytes of the request or response.
/// </summary>
internal readonly ref struct TaskFrame
{
    /// <summary>Of a response, and of a batch.</summary>
    public const int HeaderSize = 8;

    public const int RequestHeaderSize = HeaderSize + sizeof(long);
    private const uint InSegment = 1u << 31;
    private const uint TakesTokenBit = 1u << 30;
    private const uint HoldsBit = 1u << 29;
    private const uint BatchBit = 1u << 28;
    private const uint RequestBit = 1u << 27;
    private const int AttemptShift = 48;
    private const ulong TaskIdMask = (1ul << AttemptShift) - 1;
    private const uint CountMask = RequestBit - 1;
    private readonly ReadOnlySpan<byte> _rest;
    private readonly uint _flags;

    /// <exception cref="PayloadException">The frame is too short.</exception>
    public TaskFrame(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeaderSize)
        {
            throw new PayloadException("A frame is shorter than its header.");
        }

        Sequence = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        _flags = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        _rest = payload[HeaderSize..];
        if (IsBatch)
        {
            Attempt = Math.Max(1, (int)(_flags & CountMask));
        }
        else if ((_flags & RequestBit) != 0)
        {
            if (payload.Length < RequestHeaderSize)
            {
                throw new PayloadException("A request is shorter than its header.");
            }

            ulong numbers = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
            TaskId = (long)(numbers & TaskIdMask);
            Attempt = (int)(numbers >> AttemptShift);
            _rest = payload[RequestHeaderSize..];
        }
    }

    public uint Sequence { get; }

    /// <summary>Of a request that is no batch: its number in its pool.</summary>
    public long TaskId { get; }

    /// <summary>Of a request: how often the task was tried, this time included.</summary>
    public int Attempt { get; }

    public bool TakesToken => (_flags & TakesTokenBit) != 0;

    public bool IsBatch => (_flags & BatchBit) != 0;

    /// <summary>Whether the response ends with the references in it (<see cref="ResponseHolds"/>).</summary>
    public bool HasHolds => (_flags & HoldsBit) != 0;

    public bool IsInSegment => (_flags & InSegment) != 0;

    /// <summary>The bytes of the request or response, and the locations of its large buffers.</summary>
    /// <exception cref="PayloadException">The frame contradicts itself or the segments.</exception>
    public ReadOnlySpan<byte> Open(SegmentViews views, out BufferLocation[] buffers)
    {
        ReadOnlySpan<byte> block = _rest;
        if (IsInSegment)
        {
            block = _rest.Length == BufferLocation.Size
                ? views.Get(BufferLocation.Read(_rest))
                : throw new PayloadException("A frame names no place for its block.");
        }

        long count = _flags & CountMask;
        if (count == 0)
        {
            buffers = [];
            return block;
        }

        if (count * BufferLocation.Size > block.Length)
        {
            throw new PayloadException("A frame is too short for its buffers.");
        }

        buffers = new BufferLocation[count];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i] = BufferLocation.Read(block[(i * BufferLocation.Size)..]);
        }

        return block[(buffers.Length * BufferLocation.Size)..];
    }

    /// <summary>The place of a block that lies in a segment.</summary>
    public BufferLocation BlockLocation => BufferLocation.Read(_rest);

    public static int BlockLength(int bytes, int buffers) => bytes + (buffers * BufferLocation.Size);

    public static void WriteRequestHeader(Span<byte> payload, uint sequence, int buffers, bool inSegment, bool takesToken, long taskId, int attempt)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(
            payload[4..], (uint)buffers | (inSegment ? InSegment : 0) | (takesToken ? TakesTokenBit : 0) | RequestBit);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[HeaderSize..], ((ulong)taskId & TaskIdMask) | ((ulong)attempt << AttemptShift));
    }

    public static void WriteResponseHeader(Span<byte> payload, uint sequence, int buffers, bool inSegment, bool hasHolds)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], (uint)buffers | (inSegment ? InSegment : 0) | (hasHolds ? HoldsBit : 0));
    }

    public static void WriteBatchHeader(Span<byte> payload, uint sequence, bool takesToken, int attempt = 1)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], BatchBit | (takesToken ? TakesTokenBit : 0) | (uint)attempt);
    }

    public static void WriteBlock(Span<byte> block, IReadOnlyList<BufferLocation>? buffers, ReadOnlySpan<byte> bytes)
    {
        if (buffers is not null)
        {
            foreach (BufferLocation buffer in buffers)
            {
                buffer.Write(block);
                block = block[BufferLocation.Size..];
            }
        }

        bytes.CopyTo(block);
    }
}
