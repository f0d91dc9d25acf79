namespace Multiprocessing.Synchronization;

/// <summary>
/// The waiters of this process for one condition, in the order of their coming: the memory shared with others knows only how many they
/// are. All under the lock of its place.
/// </summary>
internal sealed class ConditionGroup(int entry)
{
    private ConditionWaiter? _first;
    private ConditionWaiter? _last;

    // The first one of those that are not notified; all before it are.
    private ConditionWaiter? _nextToNotify;
    private uint _notified;

    /// <summary>Its entry in the shared table; -1: there was none.</summary>
    public int Entry => entry;

    public bool IsEmpty => _first is null;

    /// <summary>How many are notified and have not come back yet.</summary>
    public uint Notified => _notified;

    public void Add(ConditionWaiter waiter)
    {
        waiter.Previous = _last;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        _nextToNotify ??= waiter;
    }

    /// <summary>Notifies the longest waiting, until so many are.</summary>
    public void Distribute(uint notified)
    {
        for (; _notified < notified && _nextToNotify is { } waiter; _notified++)
        {
            waiter.IsNotified = true;
            _nextToNotify = waiter.Next;
        }
    }

    public void Remove(ConditionWaiter waiter)
    {
        if (_nextToNotify == waiter)
        {
            _nextToNotify = waiter.Next;
        }

        if (waiter.IsNotified && Entry >= 0)
        {
            _notified--;
        }

        if (waiter.Previous is null)
        {
            _first = waiter.Next;
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
    }
}
