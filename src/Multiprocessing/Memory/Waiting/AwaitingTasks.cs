namespace Multiprocessing.Memory;

/// <summary>The asynchronous waits of this process, by the cell beside their word. All but the constructor under the registry's lock.</summary>
internal sealed unsafe class AwaitingTasks(ParticipantTable table, OwnerId self)
{
    private readonly Dictionary<nint, CellGroup> _groups = [];
    private readonly List<CellGroup> _visited = [];

    public bool IsEmpty => _groups.Count == 0;

    public int Count { get; private set; }

    public void Add(AsyncWaiter waiter, WaiterCell* cell)
    {
        if (!_groups.TryGetValue((nint)cell, out CellGroup? group))
        {
            group = new CellGroup(cell) { Entry = WaiterCell.Enter(cell, self, table) };
            _groups.Add((nint)cell, group);
        }
        else if (group.Entry == -1)
        {
            // A waker may have taken the mark of the first one that came.
            WaiterCell.ShowOverflow(cell);
        }

        group.Add(waiter);
        Count++;
    }

    /// <summary>Takes a wait out of its group; whoever does it completes the wait.</summary>
    /// <param name="waiter">The wait.</param>
    /// <param name="passOn">Wake-ups that came for this process and concern nobody in it any more.</param>
    /// <returns><see langword="false"/> if somebody else was first.</returns>
    public bool Remove(AsyncWaiter waiter, out int passOn)
    {
        passOn = 0;
        if (waiter.Group is not { } group)
        {
            return false;
        }

        group.Remove(waiter);
        Count--;
        if (group.First is null)
        {
            _groups.Remove((nint)group.Cell);
            passOn = group.Entry == -1 ? 0 : WaiterCell.Leave(group.Cell, group.Entry);
        }

        return true;
    }

    /// <summary>Takes out those whom wakers have woken since the last call.</summary>
    /// <param name="everyOverflow">All waits that found no room in their cell as well.</param>
    /// <param name="woken">Receives them, to be completed outside of the lock.</param>
    public void TakeWoken(bool everyOverflow, List<EndedWait> woken)
    {
        Visit();
        foreach (CellGroup group in _visited)
        {
            TakeWoken(group, everyOverflow, woken);
        }
    }

    /// <summary>The same for one cell.</summary>
    /// <returns>Whether there are waits for it under this address.</returns>
    public bool TakeWoken(WaiterCell* cell, List<EndedWait> woken)
    {
        bool found = _groups.TryGetValue((nint)cell, out CellGroup? group);
        if (found)
        {
            TakeWoken(group!, everyOverflow: false, woken);
        }

        return found;
    }

    /// <summary>Takes out all that began to wait before the last death.</summary>
    public void TakeConcernedByDeath(uint epoch, List<EndedWait> ended)
    {
        Visit();
        foreach (CellGroup group in _visited)
        {
            AsyncWaiter? next;
            for (AsyncWaiter? waiter = group.First; waiter is not null; waiter = next)
            {
                next = waiter.Next;
                if (waiter.Epoch != epoch && Remove(waiter, out int passOn))
                {
                    ended.Add(new EndedWait(waiter, WaitOutcome.OwnersChanged, passOn));
                }
            }
        }
    }

    private void TakeWoken(CellGroup group, bool everyOverflow, List<EndedWait> woken)
    {
        int count = group.Entry != -1 ? WaiterCell.Take(group.Cell, group.Entry, self) : everyOverflow ? int.MaxValue : 0;
        for (; count > 0 && group.First is { } waiter && Remove(waiter, out int passOn); count--)
        {
            woken.Add(new EndedWait(waiter, WaitOutcome.Woken, passOn));
        }
    }

    // Groups vanish while their waits are taken out.
    private void Visit()
    {
        _visited.Clear();
        _visited.AddRange(_groups.Values);
    }
}
