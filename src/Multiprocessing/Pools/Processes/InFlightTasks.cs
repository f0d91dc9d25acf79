namespace Multiprocessing.Pools.Processes;

/// <summary>The tasks that a worker was given and has not answered, in the order of sending, which is the order of its answers.</summary>
internal sealed class InFlightTasks
{
    private Entry[] _entries = new Entry[16];
    private int _head;

    public int Count { get; private set; }

    public ref Entry this[int index] => ref _entries[(_head + index) & (_entries.Length - 1)];

    public void Add(PoolTask task, uint sequence, long position)
    {
        if (Count == _entries.Length)
        {
            var larger = new Entry[_entries.Length * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = this[i];
            }

            _entries = larger;
            _head = 0;
        }

        Count++;
        this[Count - 1] = new Entry(task, sequence, position);
    }

    public PoolTask RemoveFirst()
    {
        PoolTask task = _entries[_head].Task;
        _entries[_head] = default;
        _head = (_head + 1) & (_entries.Length - 1);
        Count--;
        return task;
    }

    /// <summary>Where the task is, or -1; looks from the end, where what can be revoked is.</summary>
    public int IndexOf(PoolTask task)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(this[i].Task, task))
            {
                return i;
            }
        }

        return -1;
    }

    public void RemoveAt(int index)
    {
        for (int i = index; i < Count - 1; i++)
        {
            this[i] = this[i + 1];
        }

        this[Count - 1] = default;
        Count--;
    }

    internal record struct Entry(PoolTask Task, uint Sequence, long Position)
    {
        /// <summary>How many items of a batch the worker has.</summary>
        public int ItemCount { get; set; } = Task.ItemCount;

        /// <summary>Where the raw results of a batch lie in its frame.</summary>
        public int ResultsOffset { get; set; }
    }
}
