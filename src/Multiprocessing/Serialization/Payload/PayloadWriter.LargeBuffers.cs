using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class PayloadWriter
{
    /// <summary>
    /// Copies the bytes to the sink, if there is one and they are enough, and writes the index of the buffer.
    /// </summary>
    internal bool TryWriteOutOfBand(ReadOnlySpan<byte> bytes)
    {
        if (!TakesOutOfBand(bytes.Length))
        {
            return false;
        }

        Span<byte> room = _sink.Rent(bytes.Length, out int index);
        bytes.CopyTo(room);
        WriteVarUInt((uint)index);
        return true;
    }

    [MemberNotNullWhen(true, nameof(_sink))]
    internal bool TakesOutOfBand(long length) => _sink is not null && _sink.Takes(length);
}
