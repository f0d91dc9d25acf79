using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The producer's end of a ring for one producer and one consumer: frames of any length one after another in a power of two of
/// bytes, positions that only grow (Lamport's queue; the cached copy of the other side's position is FastForward's idea,
/// Giacomoni et al., PPoPP 2008). For one thread at a time.
/// </summary>
internal sealed unsafe class RingWriter
{
    private readonly byte* _data;
    private readonly int _capacity;
    private readonly long* _sharedTail;
    private readonly long* _sharedHead;
    private long _tail;
    private long _cachedHead;
    private long _reserved;
    private int _reservedLength;

    /// <param name="data">The ring's bytes.</param>
    /// <param name="capacity">A power of two.</param>
    /// <param name="tail">Where this side publishes its position.</param>
    /// <param name="head">Where the consumer publishes its position.</param>
    public RingWriter(byte* data, int capacity, long* tail, long* head)
    {
        Debug.Assert(int.IsPow2(capacity), "The position is turned into an offset by a mask.");
        _data = data;
        _capacity = capacity;
        _sharedTail = tail;
        _sharedHead = head;
    }

    /// <summary>The longest payload of a frame: a quarter of the ring, so that one frame never has to wait for an empty ring.</summary>
    public int MaxPayload => (_capacity / 4) - FrameHeader.Size;

    /// <summary>Whether the consumer has consumed everything.</summary>
    public bool IsEmpty => Volatile.Read(ref *_sharedHead) == _tail;

    /// <summary>Finds room for a frame; the payload is to be written to <paramref name="payload"/>, then <see cref="Commit"/>.</summary>
    /// <returns><see langword="false"/> if there is no room before the consumer has consumed more.</returns>
    public bool TryReserve(int length, out Span<byte> payload)
    {
        Debug.Assert(length <= MaxPayload, "Longer payloads leave the ring.");
        int footprint = FrameHeader.Footprint(length);
        int offset = (int)_tail & (_capacity - 1);
        int padding = _capacity - offset < footprint ? _capacity - offset : 0;
        if (!HasRoom(padding + footprint))
        {
            payload = default;
            return false;
        }

        if (padding > 0)
        {
            *(FrameHeader*)(_data + offset) = new FrameHeader(padding - FrameHeader.Size, FrameKind.Padding, FrameState.Ready);
            offset = 0;
        }

        _reserved = _tail + padding;
        _reservedLength = length;
        payload = new Span<byte>(_data + offset + FrameHeader.Size, length);
        return true;
    }

    /// <summary>The position of the frame reserved last.</summary>
    public long NextPosition => _reserved;

    /// <summary>Publishes the frame reserved last.</summary>
    /// <returns>Its position, for <see cref="TryRevoke"/>.</returns>
    public long Commit(FrameKind kind)
    {
        *HeaderAt(_reserved) = new FrameHeader(_reservedLength, kind, FrameState.Ready);
        _tail = _reserved + FrameHeader.Footprint(_reservedLength);
        Volatile.Write(ref *_sharedTail, _tail);
        return _reserved;
    }

    /// <summary>Takes a frame back that the consumer has not begun with.</summary>
    /// <param name="position">What <see cref="Commit"/> returned.</param>
    /// <returns><see langword="false"/> if the consumer has it, or had it, already.</returns>
    public bool TryRevoke(long position)
    {
        // Only this side overwrites the ring, so what the consumer has not passed is still the frame that was written there.
        if (position < Volatile.Read(ref *_sharedHead))
        {
            return false;
        }

        FrameHeader* header = HeaderAt(position);
        var ready = new FrameHeader(Volatile.Read(ref Unsafe.AsRef<ulong>(header)));
        return ready.State == FrameState.Ready
            && Interlocked.CompareExchange(
                ref Unsafe.AsRef<ulong>(header), ready.With(FrameState.Revoked).Bits, ready.Bits) == ready.Bits;
    }

    /// <summary>Whether the consumer is done with the frame at <paramref name="position"/>.</summary>
    public bool WasConsumed(long position) => position < Volatile.Read(ref *_sharedHead);

    /// <summary>Whether the consumer has begun with, or is done with, the frame at <paramref name="position"/>.</summary>
    public bool WasTaken(long position) =>
        position < Volatile.Read(ref *_sharedHead)
        || new FrameHeader(Volatile.Read(ref Unsafe.AsRef<ulong>(HeaderAt(position)))).State == FrameState.Taken;

    /// <summary>Where the payload of a frame lies; it is there until the consumer is done with it.</summary>
    public byte* PayloadAt(long position) => (byte*)HeaderAt(position) + FrameHeader.Size;

    private bool HasRoom(int bytes)
    {
        if (_tail + bytes - _cachedHead <= _capacity)
        {
            return true;
        }

        long head = Volatile.Read(ref *_sharedHead);
        if (head < _cachedHead || head > _tail)
        {
            throw new RingCorruptException("the consumer's position is outside the ring");
        }

        _cachedHead = head;
        return _tail + bytes - head <= _capacity;
    }

    private FrameHeader* HeaderAt(long position) => (FrameHeader*)(_data + ((int)position & (_capacity - 1)));
}
