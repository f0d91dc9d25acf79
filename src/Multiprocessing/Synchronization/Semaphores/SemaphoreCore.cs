using System.Diagnostics;
using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// The permits of a semaphore, and who has how many of them, changed as one under a guard. Layout, orders of writes and what a death
/// leaves: docs/protocol.md, "Semaphores". Thread-safe.
/// </summary>
internal sealed unsafe partial class SemaphoreCore
{
    // A word that cannot be: whoever waits, or has waited, leaves less than all permits.
    private const int Full = -1;

    private readonly SharedBlock _block;
    private readonly Guard _guard;
    private readonly ParticipantTable _table;
    private readonly OwnerId _self;
    private readonly WaitRegistry _waits;
    private readonly int* _word;
    private readonly int _maximum;
    private readonly int _rowCount;
    private int _row;
    private int _taken;

    public SemaphoreCore(SharedBlock block, Participant participant, WaitRegistry waits)
    {
        Debug.Assert(Guard.SizeFor(SemaphoreLayout.Changes) == SemaphoreLayout.Word, "The guard lies before the word.");
        _block = block;
        _guard = new Guard(block, 0, SemaphoreLayout.Changes, participant, waits);
        _table = participant.Table;
        _self = participant.Id;
        _waits = waits;
        _word = (int*)(block.Pointer + SemaphoreLayout.Word);
        _maximum = *(int*)(block.Pointer + SemaphoreLayout.Maximum);
        _rowCount = *(int*)(block.Pointer + SemaphoreLayout.RowCount);
    }

    public int Maximum => _maximum;

    /// <summary>Whether the permits of dead processes come back.</summary>
    public bool Recovers => _rowCount > 0;

    /// <summary>The free permits at a glance: it neither waits nor counts those of the dead.</summary>
    public int CountAtAGlance => Volatile.Read(ref *_word) & ~SemaphoreLayout.Waiting;

    /// <summary>For tests.</summary>
    public UndoJournal Journal => _guard.Journal;

    private WaiterCell* Cell => (WaiterCell*)(_block.Pointer + SemaphoreLayout.Cell);

    public static SharedBlock Allocate(int initial, int maximum, bool recovers)
    {
        int rows = recovers ? SemaphoreLayout.RowsFor(initial, maximum) : 0;
        SharedBlock block = SharedBlock.Allocate(SharedKind.Semaphore, SemaphoreLayout.Rows + (rows * SemaphoreLayout.RowSize));
        *(int*)(block.Pointer + SemaphoreLayout.Word) = initial;
        *(int*)(block.Pointer + SemaphoreLayout.Maximum) = maximum;
        *(int*)(block.Pointer + SemaphoreLayout.RowCount) = rows;
        return block;
    }

    /// <summary>The free permits, those of the dead among them.</summary>
    public int Count()
    {
        int count;
        using (GuardScope scope = _guard.Enter())
        {
            TakeBackFromDead(scope);
            count = *_word & ~SemaphoreLayout.Waiting;
        }

        GC.KeepAlive(this);
        return count;
    }

    public AcquireResult Acquire(Deadline deadline, WaitersOfObject by, CancellationToken cancellationToken)
    {
        if (TryTake(willWait: false, hasWaited: false, out _, out _))
        {
            return AcquireResult.Acquired;
        }

        if (deadline.HasPassed)
        {
            return AcquireResult.TimedOut;
        }

        using CancellationTokenSource? linked = by.Link(cancellationToken);
        CancellationToken end = linked?.Token ?? by.Token;
        bool wait = true;
        bool hasWaited = false;
        while (!TryTake(wait, hasWaited, out int seen, out uint epoch))
        {
            if (!wait)
            {
                return AcquireResult.TimedOut;
            }

            wait = GoesOn(_waits.Wait(_word, seen, epoch, deadline, end), by, cancellationToken);
            hasWaited = true;
        }

        GiveBackIfOver(by, cancellationToken);
        GC.KeepAlive(this);
        return AcquireResult.Acquired;
    }

    /// <summary>Gives permits back, or new ones.</summary>
    /// <returns>How many were free before; -1: there would be more than the maximum, and nothing was changed.</returns>
    public int Release(int permits)
    {
        int word = Recovers ? GiveBack(permits) : GiveSignal(permits);
        if (word == Full)
        {
            return -1;
        }

        if ((word & SemaphoreLayout.Waiting) != 0)
        {
            _waits.Wake(_word, Cell, permits);
        }

        GC.KeepAlive(this);
        return word & ~SemaphoreLayout.Waiting;
    }

    /// <summary>Gives back what was taken through this object and not given back through it.</summary>
    public void ReleaseTaken()
    {
        if (Recovers && Volatile.Read(ref _taken) is > 0 and int taken)
        {
            int* row = RowOf(_self);
            int held = row is null ? 0 : row[1];
            if (Math.Min(taken, held) is > 0 and int permits)
            {
                Release(permits);
            }
        }
    }

    private static bool GoesOn(WaitOutcome outcome, WaitersOfObject by, CancellationToken cancellationToken)
    {
        if (outcome == WaitOutcome.Cancelled)
        {
            by.Throw(cancellationToken);
        }

        return outcome != WaitOutcome.TimedOut;
    }

    /// <summary>Who has waited while the object was disposed of gets nothing, even if he was faster.</summary>
    private void GiveBackIfOver(WaitersOfObject by, CancellationToken cancellationToken)
    {
        if (by.IsOver)
        {
            Release(1);
            by.Throw(cancellationToken);
        }
    }

    /// <summary>Gives permits back to the word from the row of this process.</summary>
    /// <returns>The word before; <see cref="Full"/>: nothing was changed.</returns>
    private int GiveBack(int permits)
    {
        using GuardScope scope = _guard.Enter();
        int word = *_word;
        int free = word & ~SemaphoreLayout.Waiting;
        if (permits > _maximum - free)
        {
            return Full;
        }

        int* row = RowOf(_self);
        if (row is not null)
        {
            scope.Set(row + 1, Math.Max(0, row[1] - permits));
        }

        scope.Set(_word, free + permits);
        scope.Commit();
        _taken = Math.Max(0, _taken - permits);
        return word;
    }

    /// <summary>The same without rows: one word alone needs no guard.</summary>
    private int GiveSignal(int permits)
    {
        while (true)
        {
            int word = Volatile.Read(ref *_word);
            int free = word & ~SemaphoreLayout.Waiting;
            if (permits > _maximum - free)
            {
                return Full;
            }

            if (Interlocked.CompareExchange(ref *_word, free + permits, word) == word)
            {
                return word;
            }
        }
    }

    /// <summary>One look, which takes a permit if there is one.</summary>
    /// <param name="willWait">Shows otherwise that the caller goes to sleep.</param>
    /// <param name="hasWaited">He has slept: there may be more who do.</param>
    /// <param name="seen">The word on which to sleep.</param>
    /// <param name="epoch">Read before the look.</param>
    private bool TryTake(bool willWait, bool hasWaited, out int seen, out uint epoch)
    {
        epoch = _table.Epoch;
        seen = SemaphoreLayout.Waiting;
        int left = Recovers ? TakeFor(willWait, hasWaited) : TakeSignal(willWait, hasWaited);
        if (hasWaited && left > 0)
        {
            // Whoever released that one may have seen no mark, because the one before it had taken it away to wake this caller.
            _waits.Wake(_word, Cell, 1);
        }

        return left >= 0;
    }

    /// <summary>Moves a permit from the word to the row of this process.</summary>
    /// <returns>How many are left; -1: there was none.</returns>
    private int TakeFor(bool willWait, bool hasWaited)
    {
        using GuardScope scope = _guard.Enter();
        if ((*_word & ~SemaphoreLayout.Waiting) == 0)
        {
            TakeBackFromDead(scope);
        }

        int word = *_word;
        int left = (word & ~SemaphoreLayout.Waiting) - 1;
        if (left >= 0)
        {
            scope.Set(_word, left | (hasWaited ? SemaphoreLayout.Waiting : word & SemaphoreLayout.Waiting));
            Enter(scope);
            scope.Commit();
            _taken++;
        }
        else if (willWait)
        {
            // One word alone needs no journal.
            Volatile.Write(ref *_word, SemaphoreLayout.Waiting);
        }

        return left;
    }

    /// <summary>The same without rows.</summary>
    private int TakeSignal(bool willWait, bool hasWaited)
    {
        while (true)
        {
            int word = Volatile.Read(ref *_word);
            int left = (word & ~SemaphoreLayout.Waiting) - 1;
            int after = left < 0 ? SemaphoreLayout.Waiting : left | (hasWaited ? SemaphoreLayout.Waiting : word & SemaphoreLayout.Waiting);
            if ((left < 0 && !willWait) || Interlocked.CompareExchange(ref *_word, after, word) == word)
            {
                return left;
            }
        }
    }

    /// <summary>Writes one more permit into the row of this process. Without a row for it, it will not come back.</summary>
    private void Enter(GuardScope scope)
    {
        int* row = RowOf(_self);
        for (int i = 0; row is null && i < _rowCount; i++)
        {
            int* other = Row(i);
            if (other[1] == 0)
            {
                _row = i;
                row = other;
                scope.Set(row, (int)_self.Value);
            }
        }

        if (row is not null)
        {
            scope.Set(row + 1, row[1] + 1);
        }
    }

    private void TakeBackFromDead(GuardScope scope)
    {
        for (int i = 0; i < _rowCount; i++)
        {
            int* row = Row(i);
            if (row[1] > 0 && !_table.IsAlive(new OwnerId((uint)row[0])))
            {
                int word = *_word;
                int free = word & ~SemaphoreLayout.Waiting;
                scope.Set(_word, (int)Math.Min(_maximum, (long)free + row[1]) | (word & SemaphoreLayout.Waiting));
                scope.Set(row + 1, 0);
                scope.Commit();
            }
        }
    }

    private int* RowOf(OwnerId owner)
    {
        if (_rowCount > 0 && Row(_row)[0] == (int)owner.Value)
        {
            return Row(_row);
        }

        for (int i = 0; i < _rowCount; i++)
        {
            if (Row(i)[0] == (int)owner.Value)
            {
                _row = i;
                return Row(i);
            }
        }

        return null;
    }

    private int* Row(int index) => (int*)(_block.Pointer + SemaphoreLayout.Rows + (index * SemaphoreLayout.RowSize));
}
