using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Segments;

/// <summary>
/// Lays the large blocks of one payload out in segments, one behind the other; each further segment is at least twice as large,
/// so that a payload of any size takes few. For one thread at a time.
/// </summary>
internal sealed class SegmentWriter : LargeBufferSink
{
    private const int Alignment = 64;
    private readonly ISegmentSource _source;
    private readonly List<Segment> _segments = [];
    private readonly List<BufferLocation> _buffers = [];
    private long _used;

    public SegmentWriter(ISegmentSource source) => _source = source;

    /// <summary>The segments in use by this payload.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Where each block lies, by its index.</summary>
    public IReadOnlyList<BufferLocation> Buffers => _buffers;

    public override Span<byte> Rent(long length, out int index)
    {
        Span<byte> block = Allocate(length, out BufferLocation location);
        index = _buffers.Count;
        _buffers.Add(location);
        return block;
    }

    /// <summary>Room for a block that is not one of the payload's own, such as its body.</summary>
    public Span<byte> Allocate(long length, out BufferLocation location)
    {
        if (_segments.Count == 0 || _segments[^1].Size - _used < length)
        {
            _segments.Add(_source.Rent(Math.Max(length, _segments.Count == 0 ? 0 : 2 * _segments[^1].Size)));
            _used = 0;
        }

        Segment segment = _segments[^1];
        location = new BufferLocation(segment.Id, _used, length);
        Span<byte> block = segment.Slice(_used, checked((int)length));
        _used = Math.Min(segment.Size, (_used + length + Alignment - 1) & -Alignment);
        return block;
    }

    /// <summary>Forgets what was laid out; the segments go on to whoever read <see cref="Segments"/>.</summary>
    public void Clear()
    {
        _segments.Clear();
        _buffers.Clear();
        _used = 0;
    }

    /// <summary>Gives all segments back unused.</summary>
    public void Abandon()
    {
        foreach (Segment segment in _segments)
        {
            _source.Return(segment);
        }

        Clear();
    }
}
