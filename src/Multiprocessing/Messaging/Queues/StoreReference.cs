using System.Buffers.Binary;

namespace Multiprocessing.Messaging.Queues;

/// <summary>What stands in an item whose bytes lie in a store.</summary>
/// <param name="Index">Which store.</param>
/// <param name="Generation">Which of its uses.</param>
internal readonly record struct StoreReference(int Index, uint Generation)
{
    public const int Size = 8;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Index);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Generation);
    }

    public static StoreReference Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
}
