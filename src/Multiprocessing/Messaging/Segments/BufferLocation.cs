using System.Buffers.Binary;

namespace Multiprocessing.Messaging.Segments;

/// <summary>Where a block of a payload lies: 24 bytes on the wire, little-endian (segment, unused, offset, length).</summary>
internal readonly record struct BufferLocation(int Segment, long Offset, long Length)
{
    public const int Size = 24;

    public static BufferLocation Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Segment);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Length);
    }
}
