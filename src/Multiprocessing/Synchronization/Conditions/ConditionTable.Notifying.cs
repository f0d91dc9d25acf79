using System.Numerics;
using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

internal sealed unsafe partial class ConditionTable
{
    /// <summary>Notifies up to so many of those who wait, one process after the other. By the owner of the lock.</summary>
    public void Notify(int count)
    {
        ClearDead();
        uint given = 0;
        int used = Used;
        ref int cursor = ref *(int*)(_memory + CursorOffset);
        int start = cursor;
        for (bool any = true; any && count > 0;)
        {
            any = false;
            for (int i = 0; i < used && count > 0; i++)
            {
                int entry = (int)((uint)(start + i) % (uint)used);
                if (TryGive(entry, all: count == int.MaxValue))
                {
                    any = true;
                    given |= 1u << entry;
                    cursor = entry + 1;
                    count -= count == int.MaxValue ? 0 : 1;
                }
            }
        }

        for (; given != 0; given &= given - 1)
        {
            Ring(BitOperations.TrailingZeroCount(given));
        }

        if (IsOverflowShown)
        {
            // The word first: who dies in between has notified them. Nobody shows himself meanwhile, because that needs the lock.
            Interlocked.Increment(ref *Word(-1));
            IsOverflowShown = false;
            Ring(-1);
        }
    }

    /// <summary>Notifies another process's waiter in place of one of this entry. Without the lock.</summary>
    public void PassOn(int except)
    {
        int used = Used;
        for (int i = 0; i < used; i++)
        {
            if (i != except && TryGive(i, all: false))
            {
                Ring(i);
                return;
            }
        }

        if (IsOverflowShown)
        {
            Ring(-1);
        }
    }

    /// <summary>Passes on what dead processes were given, and frees their entries. Without the lock.</summary>
    public void ClearDead()
    {
        int used = Used;
        for (int i = 0; i < used; i++)
        {
            uint owner = Volatile.Read(ref OwnerRef(i));
            if (IsDead(owner))
            {
                Clear(i, owner, 0);
            }
        }
    }

    /// <summary>
    /// One at a time clears, because the first step makes it the owner; if it dies, the next one goes on. A notification is given before it is
    /// taken off: by two deaths in a row somebody can be woken twice, but nobody too seldom.
    /// </summary>
    private bool Clear(int entry, uint dead, uint next)
    {
        uint mine = _member.Id.Value | Clearing;
        if (Interlocked.CompareExchange(ref OwnerRef(entry), mine, dead) != dead)
        {
            return false;
        }

        ConditionCounts counts;
        while ((counts = Counts(entry)) != default)
        {
            if (counts.Notified == 0)
            {
                TryChange(entry, counts, default);
                continue;
            }

            PassOn(entry);
            while (!TryChange(entry, counts, new ConditionCounts(counts.Waiting - 1, counts.Notified - 1)))
            {
                counts = Counts(entry);
            }
        }

        Volatile.Write(ref OwnerRef(entry), next);
        return true;
    }

    /// <summary>
    /// Notifies one waiter of a process, or all, if it has some that are not. Of a process that is dead already, if that was not known yet:
    /// then who clears the entry passes it on.
    /// </summary>
    private bool TryGive(int entry, bool all)
    {
        uint owner = Volatile.Read(ref OwnerRef(entry));
        if (owner == 0 || (owner & Clearing) != 0)
        {
            return false;
        }

        while (true)
        {
            ConditionCounts counts = Counts(entry);
            if (counts.Notified >= counts.Waiting)
            {
                return false;
            }

            if (TryChange(entry, counts, new ConditionCounts(counts.Waiting, all ? counts.Waiting : counts.Notified + 1)))
            {
                return true;
            }
        }
    }
}
