using System.Buffers.Binary;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// The length before each message on a socket: 4 bytes, signed, big-endian; for more than 2^31 - 1 bytes they are -1 and 8 bytes
/// follow. The same as CPython's multiprocessing.connection on POSIX.
/// </summary>
internal static class SocketFrame
{
    public const int ShortHeader = 4;
    public const int LongHeader = 12;

    public static void WriteHeader(Span<byte> header, int length) => BinaryPrimitives.WriteInt32BigEndian(header, length);

    /// <summary>Reads a header, if it is there whole.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="headerLength">Length of the header, or how many bytes are needed to read it.</param>
    /// <param name="length">Length of the message.</param>
    /// <returns>Whether the header was there.</returns>
    /// <exception cref="IOException">No header looks like this.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int headerLength, out long length)
    {
        length = 0;
        headerLength = ShortHeader;
        if (bytes.Length < ShortHeader)
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length == -1)
        {
            headerLength = LongHeader;
            if (bytes.Length < LongHeader)
            {
                return false;
            }

            length = BinaryPrimitives.ReadInt64BigEndian(bytes[ShortHeader..]);
        }

        return length >= 0 ? true : throw new IOException($"The peer announced a message of {length} bytes: it does not speak this protocol.");
    }
}
