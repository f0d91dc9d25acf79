namespace Multiprocessing.Platform.Linux;

/// <summary>
/// A binary heap of what is due when, nearest first. Of its own because the framework's priority queue over numbers would be
/// compiled anew at the start of every process.
/// </summary>
internal sealed class DeadlineQueue<T>
    where T : class
{
    private T[] _items = new T[8];
    private long[] _due = new long[8];

    public int Count { get; private set; }

    /// <summary>When the first is due; <see cref="long.MaxValue"/> if there is none.</summary>
    public long FirstDue => Count == 0 ? long.MaxValue : _due[0];

    /// <summary>The first; there must be one.</summary>
    public T First => _items[0];

    public void Enqueue(T item, long due)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
            long[] longer = new long[Count * 2];
            _due.CopyTo(longer, 0);
            _due = longer;
        }

        int hole = Count++;
        for (int parent; hole > 0 && _due[parent = (hole - 1) / 2] > due; hole = parent)
        {
            Move(parent, hole);
        }

        Put(item, due, hole);
    }

    public void RemoveFirst()
    {
        T item = _items[--Count];
        long due = _due[Count];
        _items[Count] = null!;
        if (Count == 0)
        {
            return;
        }

        int hole = 0;
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child + 1 < Count && _due[child + 1] < _due[child])
            {
                child++;
            }

            if (child >= Count || _due[child] >= due)
            {
                break;
            }

            Move(child, hole);
            hole = child;
        }

        Put(item, due, hole);
    }

    private void Move(int from, int to) => Put(_items[from], _due[from], to);

    private void Put(T item, long due, int at) => (_items[at], _due[at]) = (item, due);
}
