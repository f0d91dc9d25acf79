using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// Which processes have the ends of a pipe, so that one end knows when the other is gone: entries of the dead do not count. An end that is
/// on its way to another process has an entry of its own, a journey, until it arrives. docs/protocol.md, "Pipes". Thread-safe.
/// </summary>
internal sealed unsafe class PipeEnds(SharedBlock block, Participant self)
{
    /// <summary>In place of an owner: it lies in a queue or another pipe, which outlives whoever sent it.</summary>
    private const uint InContainer = 1;

    private static int LastJourney;

    /// <summary>This process has one more object for the end.</summary>
    /// <exception cref="IOException">More processes have it than there is room for.</exception>
    public void Join(int end)
    {
        for (int i = 0; i < PipeLayout.Places; i++)
        {
            ref ulong entry = ref Entry(end, PipeLayout.Holders, i);
            ulong seen = Volatile.Read(ref entry);
            while (OwnerOf(seen) == self.Id || !self.Table.IsAlive(OwnerOf(seen)))
            {
                ulong joined = OwnerOf(seen) == self.Id ? seen + (1ul << 32) : self.Id.Value | (1ul << 32);
                Use(end, PipeLayout.UsedHolders, i);
                ulong before = Interlocked.CompareExchange(ref entry, joined, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }

        throw new IOException($"More than {PipeLayout.Places} processes have the same end of a pipe.");
    }

    /// <summary>Takes back one <see cref="Join"/>.</summary>
    public void Leave(int end)
    {
        for (int i = 0; i < PipeLayout.Places; i++)
        {
            ref ulong entry = ref Entry(end, PipeLayout.Holders, i);
            ulong seen = Volatile.Read(ref entry);
            while (OwnerOf(seen) == self.Id)
            {
                ulong left = seen >> 32 == 1 ? 0 : seen - (1ul << 32);
                Interlocked.Increment(ref Number(end, PipeLayout.Changes));
                ulong before = Interlocked.CompareExchange(ref entry, left, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }
    }

    /// <summary>The end is sent to another process.</summary>
    /// <returns>The journey's place, and what stands there.</returns>
    public (int Place, ulong Mark) Depart(int end)
    {
        ulong mark = self.Id.Value | ((ulong)(uint)Interlocked.Increment(ref LastJourney) << 32);
        for (int i = 0; i < PipeLayout.Places; i++)
        {
            ref ulong entry = ref Entry(end, PipeLayout.Journeys, i);
            ulong seen = Volatile.Read(ref entry);
            if (seen == 0 || ((uint)seen != InContainer && !self.Table.IsAlive(OwnerOf(seen))))
            {
                Use(end, PipeLayout.UsedJourneys, i);
                if (Interlocked.CompareExchange(ref entry, mark, seen) == seen)
                {
                    return (i, mark);
                }
            }
        }

        throw new IOException($"The same end of a pipe is on more than {PipeLayout.Places} ways at once.");
    }

    /// <summary>From here on the journey does not end with this process.</summary>
    public void Entrust(int end, int place, ulong mark) =>
        Interlocked.CompareExchange(ref Entry(end, PipeLayout.Journeys, place), Entrusted(mark), mark);

    /// <summary>Ends a journey: it has arrived, or will not.</summary>
    /// <returns>Whether it did: a second time it does nothing.</returns>
    public bool Arrive(int end, int place, ulong mark) =>
        (uint)place < PipeLayout.Places && (Remove(end, place, mark) || Remove(end, place, Entrusted(mark)));

    /// <summary>Takes back what <see cref="Depart"/> did, unless the end was entrusted or has arrived.</summary>
    /// <returns>Whether it did.</returns>
    public bool Abandon(int end, int place, ulong mark) => Remove(end, place, mark);

    /// <summary>Whether any living process has the end, or will get it.</summary>
    public bool IsHeld(int end)
    {
        while (true)
        {
            int changes = Volatile.Read(ref Number(end, PipeLayout.Changes));
            if (IsAnyHolderAlive(end) || IsAnyOnItsWay(end))
            {
                return true;
            }

            // Who hands the end on adds one entry before it removes another: a look from entry to entry can just miss both.
            if (Volatile.Read(ref Number(end, PipeLayout.Changes)) == changes)
            {
                return false;
            }
        }
    }

    private bool IsAnyHolderAlive(int end)
    {
        int count = Math.Min(Volatile.Read(ref Number(end, PipeLayout.UsedHolders)), PipeLayout.Places);
        for (int i = 0; i < count; i++)
        {
            if (self.Table.IsAlive(OwnerOf(Volatile.Read(ref Entry(end, PipeLayout.Holders, i)))))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAnyOnItsWay(int end)
    {
        int count = Math.Min(Volatile.Read(ref Number(end, PipeLayout.UsedJourneys)), PipeLayout.Places);
        for (int i = 0; i < count; i++)
        {
            ulong seen = Volatile.Read(ref Entry(end, PipeLayout.Journeys, i));
            if ((uint)seen == InContainer || self.Table.IsAlive(OwnerOf(seen)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counted before it is done, so that who looks for entries meanwhile looks again.</summary>
    private bool Remove(int end, int place, ulong mark)
    {
        ref ulong entry = ref Entry(end, PipeLayout.Journeys, place);
        if (Volatile.Read(ref entry) != mark)
        {
            return false;
        }

        Interlocked.Increment(ref Number(end, PipeLayout.Changes));
        return Interlocked.CompareExchange(ref entry, 0, mark) == mark;
    }

    private static OwnerId OwnerOf(ulong entry) => new((uint)entry & OwnerId.Mask);

    private static ulong Entrusted(ulong mark) => (mark & ~(ulong)uint.MaxValue) | InContainer;

    /// <summary>Before the entry is written: who looks sees all that are written.</summary>
    private void Use(int end, int which, int place)
    {
        ref int used = ref Number(end, which);
        int seen = Volatile.Read(ref used);
        while (seen <= place)
        {
            int before = Interlocked.CompareExchange(ref used, place + 1, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private ref int Number(int end, int which) => ref *(int*)(block.Pointer + PipeLayout.Ends + (end * PipeLayout.EndSize) + which);

    private ref ulong Entry(int end, int table, int place) =>
        ref *(ulong*)(block.Pointer + PipeLayout.Ends + (end * PipeLayout.EndSize) + table + (place * sizeof(ulong)));
}
