namespace Multiprocessing.Messaging.Segments;

/// <summary>
/// The segments in which this process sends requests, to whichever worker. Keeps some for the next payload: their pages are
/// there already, which is most of the cost of new ones. Thread-safe.
/// </summary>
internal sealed class SegmentPool : ISegmentSource
{
    /// <summary>How many bytes are kept at most while nobody uses them.</summary>
    public const long MaxKept = 256L << 20;

    private readonly Lock _lock = new();
    private readonly List<Segment> _free = [];
    private long _kept;
    private int _lastId;

    /// <summary>The pool of this process.</summary>
    public static SegmentPool Process { get; } = new();

    /// <summary>Called, under no lock, with the number of each segment that is given up; its readers should unmap it.</summary>
    public event Action<int>? Dropped;

    public Segment Rent(long size)
    {
        int id;
        lock (_lock)
        {
            int best = -1;
            for (int i = 0; i < _free.Count; i++)
            {
                if (_free[i].Size >= size && (best < 0 || _free[i].Size < _free[best].Size))
                {
                    best = i;
                }
            }

            // A much larger one is left for a payload that needs it.
            if (best >= 0 && _free[best].Size <= Math.Max(4 * size, 1 << 20))
            {
                Segment segment = _free[best];
                _free.RemoveAt(best);
                _kept -= segment.Size;
                return segment;
            }

            id = ++_lastId;
        }

        return new Segment(id, size);
    }

    public void Return(Segment segment)
    {
        List<Segment>? dropped = null;
        lock (_lock)
        {
            _free.Add(segment);
            _kept += segment.Size;
            while (_kept > MaxKept)
            {
                // The one that has been unused for longest.
                (dropped ??= []).Add(_free[0]);
                _kept -= _free[0].Size;
                _free.RemoveAt(0);
            }
        }

        dropped?.ForEach(Drop);
    }

    /// <summary>Gives up all that nobody uses.</summary>
    public void Trim()
    {
        List<Segment> dropped;
        lock (_lock)
        {
            dropped = [.. _free];
            _free.Clear();
            _kept = 0;
        }

        dropped.ForEach(Drop);
    }

    private void Drop(Segment segment)
    {
        Dropped?.Invoke(segment.Id);
        segment.Dispose();
    }
}
