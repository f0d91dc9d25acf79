using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>Waiting for a condition and being notified, apart from the lock that belongs to it. Thread-safe.</summary>
internal sealed unsafe class ConditionQueue(ConditionTable table)
{
    private readonly ConditionGroups.Place _place = ConditionGroups.PlaceOf(table);

    public ConditionTable Table => table;

    /// <summary>Begins a wait: whoever notifies from now on counts it. By the owner of the lock.</summary>
    public ConditionWaiter Enter()
    {
        lock (_place)
        {
            ConditionGroup group = _place.Find(table) ?? _place.Add(table, new ConditionGroup(table.Claim()));
            var waiter = new ConditionWaiter(group) { OverflowSeen = Volatile.Read(ref *table.Word(group.Entry)) };
            group.Add(waiter);
            if (group.Entry < 0)
            {
                table.IsOverflowShown = true;
            }
            else
            {
                Change(group, waiting: 1, notified: 0);
            }

            return waiter;
        }
    }

    /// <summary>Whether the waiter is notified. If not: on what to sleep.</summary>
    public bool IsNotified(ConditionWaiter waiter, out int seen, out uint epoch)
    {
        epoch = table.Member.Table.Epoch;
        table.ClearDead();
        seen = Volatile.Read(ref *table.Word(waiter.Group.Entry));
        lock (_place)
        {
            return Look(waiter);
        }
    }

    /// <summary>Ends a wait without a notification.</summary>
    /// <returns><see langword="false"/>: it has one, which is to be consumed or passed on.</returns>
    public bool TryLeave(ConditionWaiter waiter)
    {
        lock (_place)
        {
            ConditionGroup group = waiter.Group;
            while (!Look(waiter))
            {
                // Fails if a notification comes just now: it may be for this one.
                ConditionCounts seen = group.Entry < 0 ? default : table.Counts(group.Entry);
                if (group.Entry < 0
                    || (seen.Notified == group.Notified
                        && table.TryChange(group.Entry, seen, new ConditionCounts(seen.Waiting - 1, seen.Notified))))
                {
                    Remove(waiter);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Ends a wait by its notification. The last step of it: if the process dies before, the notification goes on.</summary>
    public void Consume(ConditionWaiter waiter)
    {
        lock (_place)
        {
            if (waiter.Group.Entry >= 0)
            {
                Change(waiter.Group, waiting: -1, notified: -1);
            }

            Remove(waiter);
        }
    }

    /// <summary>Ends a wait whose notification cannot be used, in favour of another one.</summary>
    public void PassOn(ConditionWaiter waiter)
    {
        int entry = waiter.Group.Entry;
        bool here = false;
        lock (_place)
        {
            // The number of notifications stays, so the next one of this process has it, if there is one.
            ConditionCounts seen = default;
            while (entry >= 0 && (seen = table.Counts(entry)).Waiting > seen.Notified && !here)
            {
                here = table.TryChange(entry, seen, new ConditionCounts(seen.Waiting - 1, seen.Notified));
            }

            if (here)
            {
                Remove(waiter);
            }
        }

        if (here)
        {
            table.Ring(entry);
            return;
        }

        if (entry >= 0)
        {
            table.PassOn(entry);
        }

        Consume(waiter);
    }

    /// <summary>Makes the waiters of this process look, because one of their objects was disposed of.</summary>
    public void RingOwn()
    {
        ConditionGroup? group;
        lock (_place)
        {
            group = _place.Find(table);
        }

        if (group is not null)
        {
            table.Ring(group.Entry);
        }
    }

    /// <summary>For debuggers.</summary>
    public int CountWaiting() => Enumerable.Range(0, ConditionTable.Entries).Sum(entry => (int)table.Counts(entry).Waiting);

    /// <summary>For tests.</summary>
    public int CountNotified() => Enumerable.Range(0, ConditionTable.Entries).Sum(entry => (int)table.Counts(entry).Notified);

    private bool Look(ConditionWaiter waiter)
    {
        ConditionGroup group = waiter.Group;
        if (group.Entry >= 0)
        {
            group.Distribute(table.Counts(group.Entry).Notified);
        }
        else if (Volatile.Read(ref *table.Word(-1)) != waiter.OverflowSeen)
        {
            waiter.IsNotified = true;
        }

        return waiter.IsNotified;
    }

    private void Remove(ConditionWaiter waiter)
    {
        ConditionGroup group = waiter.Group;
        group.Remove(waiter);
        if (group.IsEmpty)
        {
            _place.Remove(table);
            if (group.Entry >= 0)
            {
                table.Release(group.Entry);
            }
        }
    }

    private void Change(ConditionGroup group, int waiting, int notified)
    {
        ConditionCounts seen;
        do
        {
            seen = table.Counts(group.Entry);
        }
        while (!table.TryChange(
            group.Entry, seen, new ConditionCounts((uint)(seen.Waiting + waiting), (uint)(seen.Notified + notified))));
    }
}
