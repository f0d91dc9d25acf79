using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Segments;

/// <summary>
/// The segments of another process that were handed to this one, mapped for reading. A request may arrive before the segment that
/// it speaks of, by another way: then the reader waits. Thread-safe.
/// </summary>
internal sealed unsafe class SegmentViews
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private readonly object _lock = new();
    private readonly Dictionary<int, MemoryMapping> _views = [];
    private bool _closed;
    private int _readers;

    /// <summary>Maps a segment that was just handed over; a former one of the same number is gone.</summary>
    public void Add(int id, KernelHandle memory)
    {
        MemoryMapping view;
        using (memory)
        {
            view = Kernel.SharedMemory.Map(memory, Kernel.SharedMemory.GetSize(memory), writable: false);
        }

        lock (_lock)
        {
            RemoveLocked(id);
            _views.Add(id, view);
            Monitor.PulseAll(_lock);
        }
    }

    public void Remove(int id)
    {
        lock (_lock)
        {
            RemoveLocked(id);
        }
    }

    /// <summary>The bytes at <paramref name="location"/>, valid until the sender gets the segment back.</summary>
    /// <param name="location">Checked against the segment: it comes from another process.</param>
    /// <exception cref="PayloadException">There is no such place.</exception>
    public ReadOnlySpan<byte> Get(BufferLocation location)
    {
        lock (_lock)
        {
            MemoryMapping? view;
            while (!_views.TryGetValue(location.Segment, out view))
            {
                // It was sent before what names it, so it is at most the event loop's next turn away. The limit is for a sender
                // that lies.
                if (_closed || !Monitor.Wait(_lock, LongestDelay))
                {
                    throw new PayloadException("The payload names a segment that was not handed over.");
                }
            }

            if (location.Offset < 0 || location.Length < 0 || location.Length > int.MaxValue
                || location.Offset > view.Length - location.Length)
            {
                throw new PayloadException("The payload names a place outside of its segment.");
            }

            return new ReadOnlySpan<byte>(view.Pointer + location.Offset, (int)location.Length);
        }
    }

    /// <summary>Announces a reader that will read later, on another thread.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _readers++;
        }
    }

    /// <summary>That reader is done.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            _readers--;
            UnmapIfUnused();
        }
    }

    /// <summary>No more segments will come: the sender is gone. What it sent can still be read by those who hold this object.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
            UnmapIfUnused();
        }
    }

    private void UnmapIfUnused()
    {
        if (_closed && _readers == 0)
        {
            foreach (MemoryMapping view in _views.Values)
            {
                view.Dispose();
            }

            _views.Clear();
        }
    }

    private void RemoveLocked(int id)
    {
        if (_views.Remove(id, out MemoryMapping? view))
        {
            view.Dispose();
        }
    }
}
