using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The root's table of what the tree hands over, and of who holds what. Knows nothing of sockets and processes. Thread-safe.
/// </summary>
internal sealed class Broker : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Segment> _segments = [];
    private readonly Dictionary<Guid, ParkedReference> _parked = [];
    private readonly Dictionary<string, Segment> _names = new(StringComparer.Ordinal);

    public BrokerCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new BrokerCounts(_segments.Count, _segments.Values.Sum(static s => s.Holds), _parked.Count, _names.Count);
            }
        }
    }

    /// <summary>Takes charge of <paramref name="handle"/>.</summary>
    public Guid Deposit(Holder holder, KernelHandle handle)
    {
        var segment = new Segment(Guid.NewGuid(), handle);
        lock (_lock)
        {
            if (!holder.IsGone)
            {
                _segments.Add(segment.Token, segment);
                Hold(holder, segment);
                return segment.Token;
            }
        }

        handle.Dispose();
        return segment.Token;
    }

    public Guid? Park(Guid token, Guid containerToken)
    {
        lock (_lock)
        {
            Segment? container = null;
            if (!_segments.TryGetValue(token, out Segment? segment)
                || (containerToken != Guid.Empty && !_segments.TryGetValue(containerToken, out container)))
            {
                return null;
            }

            var reference = new ParkedReference(Guid.NewGuid(), segment, container);
            _parked.Add(reference.Ticket, reference);
            segment.ParkedElsewhere.Add(reference);
            container?.Contents.Add(reference);
            return reference.Ticket;
        }
    }

    public KernelHandle? Open(Holder holder, Guid token, bool take, out Guid segmentToken)
    {
        segmentToken = default;
        lock (_lock)
        {
            _parked.TryGetValue(token, out ParkedReference? reference);
            Segment? segment = reference?.Segment;
            if (holder.IsGone || (segment is null && !_segments.TryGetValue(token, out segment)))
            {
                return null;
            }

            KernelHandle handle = segment.Handle.Duplicate();
            Hold(holder, segment);
            if (take && reference is not null)
            {
                Remove(reference);
            }

            segmentToken = segment.Token;
            return handle;
        }
    }

    public void Release(Holder holder, Guid token)
    {
        List<KernelHandle> closed = [];
        lock (_lock)
        {
            if (!_segments.TryGetValue(token, out Segment? segment) || !holder.Holds.TryGetValue(segment, out int holds))
            {
                return;
            }

            segment.Holds--;
            if (holds == 1)
            {
                holder.Holds.Remove(segment);
            }
            else
            {
                holder.Holds[segment] = holds - 1;
            }

            Collect(segment, closed);
        }

        Close(closed);
    }

    public void Discard(Guid ticket)
    {
        List<KernelHandle> closed = [];
        lock (_lock)
        {
            if (_parked.TryGetValue(ticket, out ParkedReference? reference))
            {
                Remove(reference);
                Collect(reference.Segment, closed);
            }
        }

        Close(closed);
    }

    public bool SetName(string name, Guid token)
    {
        lock (_lock)
        {
            return _segments.TryGetValue(token, out Segment? segment) && _names.TryAdd(name, segment) && segment.Names.Add(name);
        }
    }

    public KernelHandle? OpenName(Holder holder, string name, out Guid segmentToken)
    {
        segmentToken = default;
        lock (_lock)
        {
            return _names.TryGetValue(name, out Segment? segment) ? Open(holder, segment.Token, take: false, out segmentToken) : null;
        }
    }

    public bool RemoveName(string name)
    {
        lock (_lock)
        {
            return _names.Remove(name, out Segment? segment) && segment.Names.Remove(name);
        }
    }

    /// <summary>The process has ended: all that it held is given up, at once and for good.</summary>
    public void Drop(Holder holder)
    {
        List<KernelHandle> closed = [];
        lock (_lock)
        {
            holder.IsGone = true;
            foreach ((Segment segment, int holds) in holder.Holds)
            {
                segment.Holds -= holds;
            }

            // Only after all were given up: an object may have been alive by another one that the same process held.
            foreach (Segment segment in holder.Holds.Keys)
            {
                Collect(segment, closed);
            }

            holder.Holds.Clear();
        }

        Close(closed);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Segment segment in _segments.Values)
            {
                segment.Handle.Dispose();
            }

            _segments.Clear();
            _parked.Clear();
            _names.Clear();
        }
    }

    private static void Hold(Holder holder, Segment segment)
    {
        holder.Holds[segment] = holder.Holds.GetValueOrDefault(segment) + 1;
        segment.Holds++;
    }

    private void Remove(ParkedReference reference)
    {
        _parked.Remove(reference.Ticket);
        reference.Segment.ParkedElsewhere.Remove(reference);
        reference.Container?.Contents.Remove(reference);
    }

    /// <summary>Forgets an object that nothing keeps alive any more, and then all that only it kept alive.</summary>
    private void Collect(Segment first, List<KernelHandle> closed)
    {
        var suspects = new Stack<Segment>([first]);
        while (suspects.TryPop(out Segment? segment))
        {
            if (segment.IsClosed || segment.IsReachable())
            {
                continue;
            }

            segment.IsClosed = true;
            closed.Add(segment.Handle);
            _segments.Remove(segment.Token);
            foreach (string name in segment.Names)
            {
                _names.Remove(name);
            }

            foreach (ParkedReference reference in segment.ParkedElsewhere.ToArray())
            {
                Remove(reference);
            }

            foreach (ParkedReference reference in segment.Contents.ToArray())
            {
                Remove(reference);
                suspects.Push(reference.Segment);
            }
        }
    }

    /// <summary>
    /// Not on the caller's thread, which may be the event loop's: the kernel frees the pages inside of the last close, 64 MiB in
    /// milliseconds, and every death in the tree would be noticed that much later.
    /// </summary>
    private static void Close(List<KernelHandle> handles)
    {
        if (handles.Count > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.ForEach(static handle => handle.Dispose()), handles, preferLocal: false);
        }
    }
}

/// <summary>How much the tree hands over just now.</summary>
internal readonly record struct BrokerCounts(int Segments, int Holds, int Parked, int Names);
