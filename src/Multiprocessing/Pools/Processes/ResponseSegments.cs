using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The segments in which a worker answers: a fixed number of places, each marked used in the channel until the pool has read what is
/// there. For the worker's main thread.
/// </summary>
internal sealed class ResponseSegments : ISegmentSource
{
    private const long MaxKept = 256L << 20;
    private readonly Segment?[] _places = new Segment?[ChannelLayout.MaxSegments];
    private readonly WorkerChannel _channel;
    private readonly ControlSocket _control;
    private long _total;

    public ResponseSegments(WorkerChannel channel, ControlSocket control)
    {
        _channel = channel;
        _control = control;
    }

    public Segment Rent(long size)
    {
        while (true)
        {
            int place = Find(size);
            if (place >= 0)
            {
                _channel.MarkSegmentUsed(place);
                return _places[place]!;
            }

            // All places wait for the pool to read them.
            _channel.WaitForRoom(() => Array.Exists(Places, _channel.IsSegmentFree));
        }
    }

    public void Return(Segment segment) => _channel.FreeSegment(segment.Id);

    private static readonly int[] Places = [.. Enumerable.Range(0, ChannelLayout.MaxSegments)];

    private int Find(long size)
    {
        int empty = -1;
        int tooSmall = -1;
        int best = -1;
        for (int i = 0; i < _places.Length; i++)
        {
            if (_places[i] is not { } segment)
            {
                empty = empty < 0 ? i : empty;
            }
            else if (_channel.IsSegmentFree(i))
            {
                if (segment.Size < size)
                {
                    tooSmall = i;
                }
                else if (best < 0 || segment.Size < _places[best]!.Size)
                {
                    best = i;
                }
            }
        }

        if (best >= 0 || (empty < 0 && tooSmall < 0))
        {
            return best;
        }

        int place = tooSmall >= 0 && (empty < 0 || _total + size > MaxKept) ? tooSmall : empty;
        Replace(place, new Segment(place, size));
        return place;
    }

    private void Replace(int place, Segment segment)
    {
        if (_places[place] is { } former)
        {
            _total -= former.Size;
            former.Dispose();
        }

        _places[place] = segment;
        _total += segment.Size;
        Span<byte> message = stackalloc byte[WorkerMessage.Size];
        WorkerMessage.Write(message, WorkerMessage.SegmentAdded, place);
        _control.Send(message, segment.Memory);
    }
}
