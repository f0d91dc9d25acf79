using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// A lock in shared memory that is taken over from a dead owner: what all locks here have in common, and the slow ways of them.
/// Layout, orders of writes and what a death leaves: docs/protocol.md, "Locks". Thread-safe.
/// </summary>
/// <remarks>
/// The sleeping part follows U. Drepper, "Futexes Are Tricky", third mutex: who has slept acquires with the mark that somebody waits,
/// as he cannot know whether he was the last.
/// </remarks>
internal sealed unsafe partial class LockCore
{
    public const int Size = 128;
    private const int ReservationOffset = 8;
    private const int CountOnOffset = 16;
    private const int CellOffset = 64;

    // About the price of falling asleep and being woken; spinning longer is never worth it.
    private const int MostSpins = 100;
    private const int SpinLength = 20;

    private readonly SharedBlock _block;
    private readonly WaitRegistry _waits;

    // Added to a free state it makes this process the owner, with the next tag.
    private readonly ulong _step;
    private int _spins = MostSpins / 4;

    public LockCore(SharedBlock block, int offset, Participant participant, WaitRegistry waits)
    {
        _block = block;
        _waits = waits;
        Table = participant.Table;
        Self = participant.Id;
        _step = (1ul << LockBits.TagShift) + Self.Value;
        State = (ulong*)(block.Pointer + offset);
        Reservation = (long*)(block.Pointer + offset + ReservationOffset);
        Cell = (WaiterCell*)(block.Pointer + offset + CellOffset);
    }

    public ParticipantTable Table { get; }

    public OwnerId Self { get; }

    public ulong* State { get; }

    /// <summary>When the one began to wait for whom the lock is reserved, by the monotonic clock that all processes have in common; 0: none.</summary>
    public long* Reservation { get; }

    public bool IsHeld => Table.IsAlive(LockBits.OwnerOf(Volatile.Read(ref *State)));

    public bool IsAbandoned => LockBits.OwnerOf(Volatile.Read(ref *State)) is var owner && owner != OwnerId.None && !Table.IsAlive(owner);

    public bool IsHeldBySelf => LockBits.OwnerOf(Volatile.Read(ref *State)) == Self;

    /// <summary>The tag of the present ownership, or of the last one.</summary>
    public uint Tag => LockBits.TagOf(Volatile.Read(ref *State));

    private WaiterCell* Cell { get; }

    /// <summary>The tag from which to count on when the present ownership ends; 0: its own.</summary>
    private uint* CountOn => (uint*)((byte*)State + CountOnOffset);

    /// <summary>Acquires with the next tag, if the lock is free and nobody waits.</summary>
    public bool TryTakeAtOnce()
    {
        ulong state = Volatile.Read(ref *State);
        return (uint)state == 0 && Interlocked.CompareExchange(ref *State, state + _step, state) == state;
    }

    /// <summary>Releases, if this process owns it and nobody waits.</summary>
    public bool TryReleaseAtOnce()
    {
        ulong state = Volatile.Read(ref *State);
        return (uint)state == (uint)_step && Interlocked.CompareExchange(ref *State, state - (uint)_step, state) == state;
    }

    /// <summary>Acquires, or gives up.</summary>
    /// <param name="tag">The tag to acquire with; 0: the next one.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="by">Ends the wait when its object is disposed of.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    public AcquireResult Acquire(uint tag, Deadline deadline, WaitersOfObject? by, CancellationToken cancellationToken)
    {
        var attempt = new LockAttempt(this, tag);
        if (deadline.HasPassed)
        {
            return attempt.TryTake(willWait: false) ? attempt.Result : AcquireResult.TimedOut;
        }

        using CancellationTokenSource? linked = by?.Link(cancellationToken);
        CancellationToken end = linked?.Token ?? by?.Token ?? cancellationToken;
        bool wait = true;
        Spin();
        while (!attempt.TryTake(wait))
        {
            if (!wait)
            {
                return AcquireResult.TimedOut;
            }

            WaitOutcome outcome = _waits.Wait(
                (int*)State, attempt.Expected, attempt.Epoch, Deadline.Earlier(deadline, attempt.LookAgain), end);
            wait = GoesOn(ref attempt, outcome, deadline, by, cancellationToken);
        }

        GC.KeepAlive(this);
        return attempt.Result;
    }

    /// <summary>Releases what this process owns.</summary>
    /// <param name="tag">Only an ownership with this tag; <see langword="null"/>: any.</param>
    /// <param name="leaveTo">Who is written as owner instead: nobody, or <see cref="LockBits.Deserted"/>.</param>
    /// <returns><see langword="false"/>: it is not owned so, and nothing was changed.</returns>
    public bool TryRelease(uint? tag, uint leaveTo = 0)
    {
        while (true)
        {
            ulong state = Volatile.Read(ref *State);
            if (LockBits.OwnerOf(state) != Self || (tag is { } wanted && LockBits.TagOf(state) != wanted))
            {
                return false;
            }

            ulong after = ((ulong)TagToLeave(state) << LockBits.TagShift) | (state & LockBits.Reserved) | leaveTo;
            if (Interlocked.CompareExchange(ref *State, after, state) == state)
            {
                if (LockBits.Has(state, LockBits.Waiting | LockBits.Reserved))
                {
                    // The one for whom it is reserved is somewhere among all.
                    Wake(LockBits.Has(state, LockBits.Reserved) ? int.MaxValue : 1);
                }

                GC.KeepAlive(this);
                return true;
            }
        }
    }

    /// <summary>
    /// Makes the present ownership the continuation of an earlier one, for whoever knows that by its tag. By the owner. Afterwards tags are
    /// counted on from the present one, so that none is given out twice.
    /// </summary>
    public void ContinueAs(uint tag)
    {
        ulong state = Volatile.Read(ref *State);
        Volatile.Write(ref *CountOn, LockBits.TagOf(state));
        while (true)
        {
            // With this mark it is not released in the short way, which keeps the tag.
            ulong after = ((ulong)tag << LockBits.TagShift) | (uint)state | LockBits.Waiting;
            ulong before = Interlocked.CompareExchange(ref *State, after, state);
            if (before == state)
            {
                break;
            }

            state = before;
        }

        GC.KeepAlive(this);
    }

    /// <summary>For debuggers and messages.</summary>
    public string Describe()
    {
        OwnerId owner = LockBits.OwnerOf(Volatile.Read(ref *State));
        return owner == OwnerId.None ? "free"
            : owner == Self ? "owned by this process"
            : Table.ProcessIdOf(owner) is var process and not 0 ? $"owned by process {process}"
            : "abandoned";
    }

    public void Wake(int count) => _waits.Wake((int*)State, Cell, count);

    /// <summary>From where the next owner counts. A note that a dead owner left counts only if it is ahead.</summary>
    private uint TagToLeave(ulong state)
    {
        uint tag = LockBits.TagOf(state);
        uint noted = Volatile.Read(ref *CountOn);
        return noted != 0 && (int)(noted - tag) > 0 ? noted : tag;
    }

    // What the shared word looked like is all that a wait needs of the attempt, so a copy will do.
    private ValueTask<WaitOutcome> WaitAsync(LockAttempt attempt, Deadline deadline, CancellationToken cancellationToken) =>
        _waits.WaitAsync(
            (int*)State, attempt.Expected, Cell, attempt.Epoch, Deadline.Earlier(deadline, attempt.LookAgain), cancellationToken);

    /// <summary>What follows from the end of a wait.</summary>
    /// <returns>Whether to wait again if the next look has no success.</returns>
    private static bool GoesOn(
        ref LockAttempt attempt, WaitOutcome outcome, Deadline deadline, WaitersOfObject? by, CancellationToken cancellationToken)
    {
        attempt.Waited(outcome);
        if (outcome == WaitOutcome.Cancelled)
        {
            attempt.GiveUp();
            by?.Throw(cancellationToken);
            throw new OperationCanceledException(cancellationToken);
        }

        // A wake-up that came in time is used or, by the next look, left to others; so time is over only if nobody woke.
        bool over = outcome == WaitOutcome.TimedOut && deadline.HasPassed;
        if (over)
        {
            attempt.GiveUp();
        }

        return !over;
    }

    /// <summary>Spins as long as that has lately been worth it.</summary>
    private void Spin()
    {
        int spins = Environment.ProcessorCount > 1 ? _spins : 0;
        for (int i = 0; i < spins; i++)
        {
            ulong state = Volatile.Read(ref *State);
            if ((uint)state == 0)
            {
                _spins = Math.Min(MostSpins, spins + 1 + (MostSpins / 16));
                return;
            }

            if (LockBits.Has(state, LockBits.Reserved))
            {
                return;
            }

            Thread.SpinWait(SpinLength);
        }

        // Never quite none, so that better times are noticed.
        _spins = Math.Max(2, spins - 1 - (MostSpins / 32));
    }
}
