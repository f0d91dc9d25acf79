using System.Buffers.Binary;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>The payload of a frame that defines a symbol: its number (4 bytes, little-endian), then its definition.</summary>
internal static class SymbolFrame
{
    public static void Write(Span<byte> payload, int id, ReadOnlySpan<byte> definition)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload, id);
        definition.CopyTo(payload[sizeof(int)..]);
    }

    /// <exception cref="PayloadException">The frame is too short, or the symbol is not the next one.</exception>
    public static void Read(ReadOnlySpan<byte> payload, IncomingSymbols into)
    {
        if (payload.Length < sizeof(int))
        {
            throw new PayloadException("A frame is too short for a symbol.");
        }

        into.Define(BinaryPrimitives.ReadInt32LittleEndian(payload), payload[sizeof(int)..]);
    }
}
