using System.Buffers.Binary;
using Multiprocessing.Processes;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The messages between a pool and its worker beside the channel: one byte kind, one 32-bit number, little-endian; docs/protocol.md,
/// "Control socket".
/// </summary>
internal static class WorkerMessage
{
    /// <summary>To the worker: cancel the token of the task with this sequence number.</summary>
    public const byte Cancel = ControlProtocol.FirstRoleMessage;

    /// <summary>Either way: the handle beside this message is the segment of this number.</summary>
    public const byte SegmentAdded = ControlProtocol.FirstRoleMessage + 1;

    /// <summary>Either way: the segment of this number is not used any more.</summary>
    public const byte SegmentRemoved = ControlProtocol.FirstRoleMessage + 2;

    /// <summary>To the worker: the lowest level (bits 0 to 7) that is wanted of the logger of this number (bits 8 to 31).</summary>
    public const byte LogLevel = ControlProtocol.FirstRoleMessage + 3;

    public const int Size = 5;

    public static void Write(Span<byte> message, byte kind, int number)
    {
        message[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], number);
    }

    /// <returns><see langword="false"/> if this is no such message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out byte kind, out int number)
    {
        if (message.Length != Size)
        {
            kind = 0;
            number = 0;
            return false;
        }

        kind = message[0];
        number = BinaryPrimitives.ReadInt32LittleEndian(message[1..]);
        return true;
    }
}
