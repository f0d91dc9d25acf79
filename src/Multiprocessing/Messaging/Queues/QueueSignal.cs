using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// By which those who can go on again are told: a word to wait on, a mark that somebody waits, and the word's waiter cell. While nobody
/// waits, raising it costs one look. docs/protocol.md, "Queues".
/// </summary>
/// <remarks>
/// Raising clears the mark and wakes one. Whoever comes back from a wait sets it again if there are others, and wakes the next one if there
/// is more to do; if it dies instead, its death wakes all. Those who wait are counted for that only: one who died stays in the count, and
/// then the mark is set for nobody.
/// </remarks>
internal sealed unsafe class QueueSignal
{
    private const int MarkOffset = 4;
    private const int WaitersOffset = 8;
    private const int CellOffset = 64;
    private readonly int* _word;
    private readonly WaiterCell* _cell;
    private readonly WaitRegistry _waits;
    private readonly ParticipantTable _table;

    public QueueSignal(SharedBlock block, long offset, Participant participant, WaitRegistry waits)
    {
        _word = (int*)(block.Pointer + offset);
        _cell = (WaiterCell*)(block.Pointer + offset + CellOffset);
        _table = participant.Table;
        _waits = waits;
    }

    public uint Epoch => _table.Epoch;

    private ref int Mark => ref *(int*)((byte*)_word + MarkOffset);

    private ref int Waiters => ref *(int*)((byte*)_word + WaitersOffset);

    /// <summary>To be called after what others may wait for, with a full fence in between.</summary>
    public void Raise(int count = 1)
    {
        if (Volatile.Read(ref Mark) != 0 && Interlocked.Exchange(ref Mark, 0) != 0)
        {
            Wake(count);
        }
    }

    /// <summary>For what concerns all of them.</summary>
    public void RaiseForAll()
    {
        Interlocked.Exchange(ref Mark, 0);
        Wake(int.MaxValue);
    }

    /// <summary>The first thing that one who is going to wait does.</summary>
    public void Enter() => Interlocked.Increment(ref Waiters);

    /// <summary>Shows that somebody is going to wait. Look once more afterwards, then wait with what this returns.</summary>
    public int Prepare()
    {
        int seen = Volatile.Read(ref *_word);
        Interlocked.Exchange(ref Mark, 1);
        return seen;
    }

    /// <summary>After having waited, whatever came of it.</summary>
    /// <param name="isMore">Whether another one might go on as well.</param>
    public void Leave(bool isMore)
    {
        if (Interlocked.Decrement(ref Waiters) > 0)
        {
            Interlocked.Exchange(ref Mark, 1);
            if (isMore)
            {
                Raise();
            }
        }
    }

    public WaitOutcome Wait(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        _waits.Wait(_word, seen, epoch, deadline, cancellationToken);

    public ValueTask<WaitOutcome> WaitAsync(int seen, uint epoch, Deadline deadline, CancellationToken cancellationToken) =>
        _waits.WaitAsync(_word, seen, _cell, epoch, deadline, cancellationToken);

    private void Wake(int count)
    {
        Interlocked.Increment(ref *_word);
        _waits.Wake(_word, _cell, count);
    }
}
