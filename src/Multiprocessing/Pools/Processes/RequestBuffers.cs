using Multiprocessing.Messaging.Segments;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The large buffers of one request, and the request itself if it is too large for a frame. The segments are held until the task has
/// ended, whichever workers it was given to meanwhile.
/// </summary>
internal sealed class RequestBuffers : LargeBufferSink, IDisposable
{
    [ThreadStatic]
    private static RequestBuffers? Current;

    private SegmentWriter? _writer;
    private BufferLocation? _block;

    /// <summary>The sink for what this thread writes next.</summary>
    public static RequestBuffers OfThisThread => Current ??= new RequestBuffers();

    public IReadOnlyList<Segment> Segments => _writer?.Segments ?? [];

    public IReadOnlyList<BufferLocation> Buffers => _writer?.Buffers ?? [];

    public override long TotalLength => Buffers.Sum(static buffer => buffer.Length);

    public override Span<byte> Rent(long length, out int index) => Writer().Rent(length, out index);

    public override IDisposable? Detach()
    {
        if (_writer is not { } writer)
        {
            return null;
        }

        _writer = null;
        return new RequestBuffers { _writer = writer };
    }

    /// <summary>Where the block of the request lies; it is put there at the first call.</summary>
    public BufferLocation Block(ReadOnlySpan<byte> bytes)
    {
        if (_block is { } known)
        {
            return known;
        }

        SegmentWriter writer = Writer();
        Span<byte> block = writer.Allocate(TaskFrame.BlockLength(bytes.Length, writer.Buffers.Count), out BufferLocation location);
        TaskFrame.WriteBlock(block, writer.Buffers, bytes);
        _block = location;
        return location;
    }

    public void Dispose()
    {
        _writer?.Abandon();
        _writer = null;
    }

    private SegmentWriter Writer() => _writer ??= new SegmentWriter(SegmentPool.Process);
}
