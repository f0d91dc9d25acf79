using System.Diagnostics;
using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>One caller's attempt to acquire a lock: look, wait, look again.</summary>
/// <remarks>
/// Whoever runs just then gets a free lock; a woken task comes later than a woken thread, and that later than a thread that never
/// slept. So who was woken in vain several times reserves the lock: from then on a released lock is left to whoever began to wait
/// first, for <see cref="ReservationTime"/>. A reservation is a matter of fairness alone: no state of it, also none that
/// a dead process left, lets two in or keeps all out.
/// </remarks>
internal unsafe struct LockAttempt
{
    private const int PassedOverOften = 3;
    private readonly LockCore _core;
    private readonly uint _tag;
    private long _arrived;
    private int _wokenInVain;
    private ulong _freeState;
    private long _freeReservation;
    private long _freeSince;

    public LockAttempt(LockCore core, uint tag)
    {
        _core = core;
        _tag = tag;
    }

    /// <summary>To be read when it was taken.</summary>
    public AcquireResult Result { get; private set; }

    /// <summary>The value of the word on which to sleep.</summary>
    public int Expected { get; private set; }

    /// <summary>Read before the look.</summary>
    public uint Epoch { get; private set; }

    /// <summary>When to look again although nobody wakes.</summary>
    public Deadline LookAgain { get; private set; }

    private static TimeSpan PatienceTime => TimeSpan.FromMilliseconds(1);

    private static TimeSpan ReservationTime => TimeSpan.FromMilliseconds(5);

    /// <summary>One look, which takes the lock if it can be had.</summary>
    /// <param name="willWait">
    /// Whether the caller goes to sleep if not. One that does not takes the lock also if it is reserved: "not acquired" must mean that
    /// somebody had it.
    /// </param>
    public bool TryTake(bool willWait)
    {
        while (true)
        {
            Epoch = _core.Table.Epoch;
            ulong state = Volatile.Read(ref *_core.State);
            OwnerId owner = LockBits.OwnerOf(state);
            bool held = _core.Table.IsAlive(owner);
            if (!held && (!willWait || !LockBits.Has(state, LockBits.Reserved) || MayPass(state)))
            {
                if (Take(state, owner))
                {
                    return true;
                }
            }
            else if (!willWait)
            {
                return false;
            }
            else if (Mark(state, held))
            {
                LookAgain = held ? Deadline.Never : Deadline.After(ReservationTime);
                return false;
            }
        }
    }

    /// <summary>To be told how each wait ended.</summary>
    public void Waited(WaitOutcome outcome) => _wokenInVain += outcome == WaitOutcome.Woken ? 1 : 0;

    /// <summary>Takes back the reservation, if this attempt has one.</summary>
    public void GiveUp()
    {
        if (TakeBackReservation())
        {
            ulong before = Interlocked.And(ref *_core.State, ~(ulong)LockBits.Reserved);
            if (LockBits.Has(before, LockBits.Reserved) && !_core.Table.IsAlive(LockBits.OwnerOf(before)))
            {
                _core.Wake(1);
            }
        }
    }

    private bool Take(ulong state, OwnerId owner)
    {
        uint tag = _tag != 0 ? _tag : LockBits.TagOf(state) + 1;
        ulong waiting = _arrived != 0 ? LockBits.Waiting : state & LockBits.Waiting;
        ulong mine = ((ulong)tag << LockBits.TagShift) | waiting | _core.Self.Value;
        if (Interlocked.CompareExchange(ref *_core.State, mine, state) != state)
        {
            return false;
        }

        TakeBackReservation();
        Result = owner == OwnerId.None ? AcquireResult.Acquired : AcquireResult.Abandoned;
        return true;
    }

    /// <summary>Shows that somebody waits, and if it has to be that he wants to be the next.</summary>
    private bool Mark(ulong state, bool held)
    {
        _arrived = _arrived != 0 ? _arrived : Stopwatch.GetTimestamp();
        ulong marked = state | LockBits.Waiting | (held && Reserves() ? LockBits.Reserved : 0);
        Expected = (int)(uint)marked;
        return marked == state || Interlocked.CompareExchange(ref *_core.State, marked, state) == state;
    }

    private readonly bool Reserves()
    {
        if (_wokenInVain < PassedOverOften || Stopwatch.GetElapsedTime(_arrived) < PatienceTime)
        {
            return false;
        }

        long other = Volatile.Read(ref *_core.Reservation);
        if (other == 0 || _arrived < other)
        {
            Interlocked.CompareExchange(ref *_core.Reservation, _arrived, other);
        }

        // Also for an older one: should he be gone, this is how it comes to light.
        return true;
    }

    /// <summary>Whether a free but reserved lock may be taken by this attempt.</summary>
    private bool MayPass(ulong state)
    {
        long reservation = Volatile.Read(ref *_core.Reservation);
        if (reservation == 0 || (_arrived != 0 && _arrived <= reservation))
        {
            return true;
        }

        state |= LockBits.Waiting;
        if (state != _freeState || reservation != _freeReservation)
        {
            _freeState = state;
            _freeReservation = reservation;
            _freeSince = Stopwatch.GetTimestamp();
            return false;
        }

        // Nobody took it all the time: he for whom it is reserved is dead or too slow.
        bool over = Stopwatch.GetElapsedTime(_freeSince) >= ReservationTime;
        if (over)
        {
            Interlocked.CompareExchange(ref *_core.Reservation, 0, reservation);
        }

        return over;
    }

    private readonly bool TakeBackReservation() =>
        _arrived != 0 && Interlocked.CompareExchange(ref *_core.Reservation, 0, _arrived) == _arrived;
}
