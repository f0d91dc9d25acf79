using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Messaging.Rings;

/// <summary>The consumer's end of a ring; see <see cref="RingWriter"/>. For one thread at a time.</summary>
/// <remarks>
/// Nothing that the producer wrote is believed: a position or length outside the ring throws
/// <see cref="RingCorruptException"/> and reads no byte outside.
/// </remarks>
internal sealed unsafe class RingReader
{
    private readonly byte* _data;
    private readonly int _capacity;
    private readonly long* _sharedTail;
    private readonly long* _sharedHead;
    private long _head;
    private long _cachedTail;
    private int _footprint;

    public RingReader(byte* data, int capacity, long* tail, long* head)
    {
        Debug.Assert(int.IsPow2(capacity), "The position is turned into an offset by a mask.");
        _data = data;
        _capacity = capacity;
        _sharedTail = tail;
        _sharedHead = head;
    }

    /// <summary>Whether there is a frame that was not taken yet; it may turn out to be revoked.</summary>
    public bool HasFrames => Volatile.Read(ref *_sharedTail) != _head;

    /// <summary>
    /// Takes the next frame. Its payload stays where it is until <see cref="Release"/>.
    /// </summary>
    public bool TryTake(out FrameKind kind, out ReadOnlySpan<byte> payload)
    {
        Debug.Assert(_footprint == 0, "The frame before was not released.");
        while (_head != _cachedTail || RefreshTail())
        {
            int offset = (int)_head & (_capacity - 1);
            ref ulong word = ref Unsafe.AsRef<ulong>(_data + offset);
            var header = new FrameHeader(Volatile.Read(ref word));
            int length = header.Length;
            long rest = Math.Min(_capacity - offset, _cachedTail - _head);
            if (length < 0 || (long)FrameHeader.Size + ((length + 7L) & ~7L) > rest)
            {
                throw new RingCorruptException("a frame reaches outside the ring");
            }

            int footprint = FrameHeader.Footprint(length);
            if (header.Kind != FrameKind.Padding
                && header.State == FrameState.Ready
                && Interlocked.CompareExchange(ref word, header.With(FrameState.Taken).Bits, header.Bits) == header.Bits)
            {
                kind = header.Kind;
                payload = new ReadOnlySpan<byte>(_data + offset + FrameHeader.Size, length);
                _footprint = footprint;
                return true;
            }

            Advance(footprint); // Padding, or revoked.
        }

        kind = default;
        payload = default;
        return false;
    }

    /// <summary>Gives the space of the frame taken last back to the producer.</summary>
    public void Release()
    {
        Advance(_footprint);
        _footprint = 0;
    }

    private void Advance(int footprint)
    {
        _head += footprint;
        Volatile.Write(ref *_sharedHead, _head);
    }

    private bool RefreshTail()
    {
        long tail = Volatile.Read(ref *_sharedTail);
        if (tail < _head || tail - _head > _capacity || (tail & 7) != 0)
        {
            throw new RingCorruptException("the producer's position is outside the ring");
        }

        _cachedTail = tail;
        return tail != _head;
    }
}
