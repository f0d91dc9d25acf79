namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// Whether there is room. What those who take change is looked at as rarely as possible: each look fetches a line that the other
/// processor has just written, and makes its next write wait.
/// </summary>
internal sealed unsafe partial class QueueRing
{
    /// <summary>How many cells are looked at together: the processor fetches them at the same time.</summary>
    private const int LookAhead = 16;

    // As this process has last seen them. They only grow, so what was room then is room now.
    private long _itemsTaken;
    private long _bytesTaken;

    /// <summary>Cells from the tail up to here are free: who puts claims them in order, and nobody else has anything to do with them.</summary>
    private long _freeUpTo;

    /// <param name="index">The number of the item.</param>
    /// <param name="bytesAfter">The bytes of all items up to this one.</param>
    private bool HasRoom(long index, long bytesAfter)
    {
        if (Fits(index, bytesAfter))
        {
            return true;
        }

        Volatile.Write(ref _itemsTaken, Volatile.Read(ref Long(QueueLayout.ItemsTaken)));
        Volatile.Write(ref _bytesTaken, Volatile.Read(ref Long(QueueLayout.BytesTaken)));
        return Fits(index, bytesAfter);
    }

    private bool Fits(long index, long bytesAfter)
    {
        long waiting = index - Volatile.Read(ref _itemsTaken);
        return waiting < _capacity && (waiting <= 0 || bytesAfter - Volatile.Read(ref _bytesTaken) <= _maxBytes);
    }

    /// <param name="position">Not before the tail.</param>
    /// <param name="count">How many cells from there on.</param>
    private bool IsFree(long position, int count)
    {
        long end = position + count;
        long known = Volatile.Read(ref _freeUpTo);
        if (end <= known)
        {
            return true;
        }

        known = Math.Max(known, position);
        for (long most = end + LookAhead; known < most && StateAt(known) == CellState.Free(LapOf(known));)
        {
            known++;
        }

        Volatile.Write(ref _freeUpTo, known);
        return end <= known;
    }
}
