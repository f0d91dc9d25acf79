namespace Multiprocessing.Pools;

/// <summary>An array-backed double-ended queue of tasks; grows by doubling and never shrinks below its first size.</summary>
internal sealed class TaskDeque
{
    private const int FirstSize = 16;
    private PoolTask?[] _items = new PoolTask?[FirstSize];
    private int _head;

    internal int Count { get; private set; }

    internal PoolTask this[int index] => _items[(_head + index) & (_items.Length - 1)]!;

    internal void PushBack(PoolTask task)
    {
        if (Count == _items.Length)
        {
            Resize(_items.Length * 2);
        }
        _items[(_head + Count++) & (_items.Length - 1)] = task;
    }

    internal void PushFront(PoolTask task)
    {
        if (Count == _items.Length)
        {
            Resize(_items.Length * 2);
        }
        _head = (_head - 1) & (_items.Length - 1);
        _items[_head] = task;
        Count++;
    }

    /// <summary>Adds a task behind all older ones, if the others are in that order. Takes as long as there are younger ones.</summary>
    internal void Append(PoolTask task)
    {
        PushBack(task);
        for (var i = Count - 1; i > 0 && this[i - 1].Id > task.Id; i--)
        {
            Swap(i - 1);
        }
    }

    /// <summary>Adds a task before all younger ones, if the others are in that order. Takes as long as there are older ones.</summary>
    internal void Insert(PoolTask task)
    {
        PushFront(task);
        for (var i = 0; i + 1 < Count && this[i + 1].Id < task.Id; i++)
        {
            Swap(i);
        }
    }

    internal PoolTask PopFront()
    {
        ref var item = ref _items[_head];
        var task = item!;
        item = null;
        _head = (_head + 1) & (_items.Length - 1);
        if (--Count == 0 && _items.Length > 4096)
        {
            Resize(FirstSize);
        }
        return task;
    }

    internal PoolTask PopBack()
    {
        ref var item = ref _items[(_head + --Count) & (_items.Length - 1)];
        var task = item!;
        item = null;
        return task;
    }

    internal int IndexOf(PoolTask task)
    {
        for (var i = 0; i < Count; i++)
        {
            if (ReferenceEquals(this[i], task))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Removes one task; the order of the others stays.</summary>
    internal bool Remove(PoolTask task)
    {
        var index = IndexOf(task);
        if (index < 0)
        {
            return false;
        }
        for (var i = index; i < Count - 1; i++)
        {
            _items[(_head + i) & (_items.Length - 1)] = this[i + 1];
        }
        PopBack();
        return true;
    }

    /// <summary>Two that stand one behind the other change their places.</summary>
    private void Swap(int first)
    {
        ref var one = ref _items[(_head + first) & (_items.Length - 1)];
        ref var other = ref _items[(_head + first + 1) & (_items.Length - 1)];
        (one, other) = (other, one);
    }

    private void Resize(int size)
    {
        var items = new PoolTask?[size];
        for (var i = 0; i < Count; i++)
        {
            items[i] = this[i];
        }
        _items = items;
        _head = 0;
    }
}
