using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// Where a fixed number of parties, threads or tasks of any processes, wait until all of them have come. Then all go on, and the
/// barrier is ready for the next time. Python's <c>multiprocessing.Barrier</c>.
/// </summary>
/// <remarks>
/// <para>A barrier breaks if its parties cannot come together any more: a party's time-out passes, its token is cancelled or its object
/// disposed of while it waits; the process of a party that has arrived dies, also in the middle of the action; the action throws;
/// or <see cref="Abort"/> is called. Then all who wait, and all who come later, get a <see cref="BrokenBarrierException"/>, until
/// somebody calls <see cref="Reset"/>. A party that dies before it has come breaks nothing: give the others a time-out.</para>
/// <para>All members are thread-safe. What a party wrote to shared memory before it came is seen by the action, and by all parties when
/// they have been let go.</para>
/// </remarks>
[PayloadCodec(typeof(ProcessBarrierCodec))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed unsafe partial class ProcessBarrier : SharedObject
{
    /// <summary>The most parties that a barrier can have.</summary>
    public const int MaxParticipantCount = 1 << 20;

    private readonly BarrierTable _table;
    private readonly Action? _action;
    private readonly TimeSpan _timeout;
    private TreeMember? _member;

    /// <summary>Makes a barrier.</summary>
    /// <param name="participantCount">How many parties there are: 1 to <see cref="MaxParticipantCount"/>.</param>
    /// <param name="action">
    /// Runs each time in the party that came last, before any of them is let go. Sent to another process the barrier takes it along, as
    /// any delegate.
    /// </param>
    /// <param name="timeout">How long a party waits that does not say so itself; infinite unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range; a time-out that is negative and not infinite.</exception>
    public ProcessBarrier(int participantCount, Action? action = null, TimeSpan? timeout = null)
        : this(Allocate(participantCount, timeout), action, timeout ?? Timeout.InfiniteTimeSpan, null)
    {
        _table.Initialize(participantCount);
    }

    internal ProcessBarrier(SharedBlock block, Action? action, TimeSpan timeout, TreeMember? member)
    {
        _table = new BarrierTable(block);
        _action = action;
        _timeout = timeout;
        _member = member;
    }

    /// <summary>How many parties there are.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public int ParticipantCount
    {
        get
        {
            ThrowIfDisposed();
            int count = _table.Parties;
            GC.KeepAlive(this);
            return count;
        }
    }

    /// <summary>How many parties have come and wait for the others; 0 if the barrier is broken. Can be out of date when you look at it.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public int WaitingCount
    {
        get
        {
            ThrowIfDisposed();
            BarrierState state = _table.State;
            int count = state.IsBroken ? 0 : _table.CountArrived(state.Generation);
            GC.KeepAlive(this);
            return count;
        }
    }

    /// <summary>Whether the barrier is broken just now.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public bool IsBroken
    {
        get
        {
            ThrowIfDisposed();
            bool isBroken = StateAfterDeaths().IsBroken;
            GC.KeepAlive(this);
            return isBroken;
        }
    }

    internal override SharedBlock Block => _table.Block;

    /// <summary>What goes along when it is sent.</summary>
    internal (Action? Action, TimeSpan Timeout) Settings => (_action, _timeout);

    private TreeMember Member => _member ??= TreeMember.OfThisProcess;

    private string DebuggerDisplay => IsDisposed
        ? "disposed"
        : _table.State is { IsBroken: true } state ? $"broken: {state.Reason}" : $"{WaitingCount} of {ParticipantCount} wait";

    /// <summary>
    /// Makes the barrier as new: not broken, nobody waiting. Parties that wait get a <see cref="BrokenBarrierException"/>. Without effect
    /// if nobody waits and the barrier is not broken.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Reset()
    {
        ThrowIfDisposed();
        BarrierState state;
        do
        {
            state = _table.State;
            if (!state.IsBroken && _table.CountArrived(state.Generation) == 0)
            {
                GC.KeepAlive(this);
                return;
            }

            _table.NoteReset(state);
        }
        while (!_table.TryChange(state, state.WhenReset()));
        WakeAll();
        GC.KeepAlive(this);
    }

    /// <summary>Breaks the barrier until it is reset: those who wait and those who come get a <see cref="BrokenBarrierException"/>.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Abort()
    {
        ThrowIfDisposed();
        BarrierState state = _table.State;
        while (!state.IsBroken && !TryBreak(state, BreakReason.Aborted))
        {
            state = _table.State;
        }

        GC.KeepAlive(this);
    }

    private protected override void OnDisposed()
    {
        // A party arrives before it looks whether the object is disposed of: one of the two sees the other.
        Interlocked.MemoryBarrier();
        BarrierState state = _table.State;
        if (!state.IsBroken && _table.CountArrived(state.Generation) > 0)
        {
            WakeAll();
        }

        GC.KeepAlive(this);
    }

    private static SharedBlock Allocate(int participantCount, TimeSpan? timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participantCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participantCount, MaxParticipantCount);
        _ = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan);
        return SharedBlock.Allocate(SharedKind.Barrier, BarrierTable.SizeFor(participantCount));
    }

    /// <summary>The state after noticing that a party has died.</summary>
    private BarrierState StateAfterDeaths()
    {
        BarrierState state = _table.State;
        if (!state.IsBroken && _table.CountArrived(state.Generation) > 0 && _table.HasDead(state.Generation, Member.Table))
        {
            TryBreak(state, BreakReason.PartyDied);
            state = _table.State;
        }

        return state;
    }

    private bool TryBreak(BarrierState state, BreakReason reason)
    {
        bool mine = _table.TryChange(state, state.WhenBroken(reason));
        if (mine)
        {
            WakeAll();
        }

        return mine;
    }

    private void WakeAll()
    {
        Interlocked.Increment(ref *_table.Word);
        Member.Waits.Wake(_table.Word, _table.Cell, int.MaxValue);
    }
}
