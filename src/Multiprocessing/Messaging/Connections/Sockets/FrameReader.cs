using System.Buffers;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// Cuts what arrives on a socket into messages. Asks for no memory on the strength of a header alone: a message's buffer grows with
/// what has really arrived.
/// </summary>
/// <remarks>
/// The caller alternates: <see cref="TryTake"/>; if there is no message, read from the socket into <see cref="Room"/> and say how much by
/// <see cref="Advance"/>. A caller may stop at any point and go on later.
/// </remarks>
internal sealed class FrameReader : IDisposable
{
    private const int InitialCapacity = 4096;
    private const int FirstGrowth = 1 << 20;
    private const int LargeMessage = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
    private int _start;
    private int _end;

    /// <summary>Whether a part of a message has arrived, or whole ones, that nobody has taken yet.</summary>
    public bool HasBytes => _end > _start;

    /// <summary>Where the next bytes of the socket go. Never empty.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_end);

    public void Advance(int count) => _end += count;

    /// <summary>Takes the next message, if it has arrived whole; else makes room for more of it.</summary>
    /// <exception cref="IOException">The header is none, or announces more than <paramref name="maxLength"/>.</exception>
    public bool TryTake(int maxLength, out ReceivedMessage message)
    {
        message = default;
        ReadOnlySpan<byte> arrived = _buffer.AsSpan(_start, _end - _start);
        if (!SocketFrame.TryReadHeader(arrived, out int header, out long length))
        {
            MakeRoom(header);
            return false;
        }

        if (length > maxLength)
        {
            throw new IOException($"The peer announced a message of {length} bytes, and at most {maxLength} are allowed.");
        }

        long whole = header + length;
        if (arrived.Length < whole)
        {
            MakeRoom(whole);
            return false;
        }

        if (length >= LargeMessage && arrived.Length == whole)
        {
            // Nothing else is in the buffer: it becomes the message's.
            message = new ReceivedMessage(_buffer, _start + header, (int)length);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
            _start = _end = 0;
            return true;
        }

        byte[] bytes = length == 0 ? [] : ArrayPool<byte>.Shared.Rent((int)length);
        arrived.Slice(header, (int)length).CopyTo(bytes);
        message = new ReceivedMessage(bytes, 0, (int)length);
        _start += (int)whole;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    /// <summary>Room for at least one more byte, and for the whole frame as far as what has arrived makes it credible.</summary>
    private void MakeRoom(long frame)
    {
        int arrived = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, arrived).CopyTo(_buffer);
            _start = 0;
            _end = arrived;
        }

        if (frame > _buffer.Length)
        {
            long credible = Math.Min(frame, Math.Max(FirstGrowth, 2L * arrived));
            if (credible > _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(credible, Array.MaxLength));
                _buffer.AsSpan(0, arrived).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
        }
    }
}
