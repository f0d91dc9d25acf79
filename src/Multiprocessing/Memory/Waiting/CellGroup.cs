namespace Multiprocessing.Memory;

/// <summary>The asynchronous waiters of this process for one word, in the order of their coming. Belongs to the registry's lock.</summary>
internal sealed unsafe class CellGroup(WaiterCell* cell)
{
    public WaiterCell* Cell => cell;

    /// <summary>This process's entry in the cell; -1: there was no room.</summary>
    public int Entry { get; set; }

    public AsyncWaiter? First { get; private set; }

    private AsyncWaiter? _last;

    public void Add(AsyncWaiter waiter)
    {
        waiter.Group = this;
        waiter.Previous = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public void Remove(AsyncWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Previous = waiter.Next = null;
        waiter.Group = null;
    }
}
