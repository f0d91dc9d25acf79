using System.Buffers.Binary;

namespace Multiprocessing.Memory;

/// <summary>How a block is found by other processes: docs/protocol.md, "References in payloads".</summary>
/// <param name="Token">The segment's token.</param>
/// <param name="Index">Which block of a slab; <see cref="Alone"/>: the segment's only one.</param>
/// <param name="Generation">How often the block was used before: a stale reference leads nowhere.</param>
/// <param name="Kind">What the reader must expect.</param>
internal readonly record struct BlockReference(Guid Token, int Index, uint Generation, SharedKind Kind)
{
    public const int Alone = -1;
    public const int Size = 28;

    public void Write(Span<byte> bytes)
    {
        Token.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Index);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], (int)Kind);
    }

    public static BlockReference Read(ReadOnlySpan<byte> bytes) => new(
        new Guid(bytes[..16]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
        (SharedKind)BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
}
