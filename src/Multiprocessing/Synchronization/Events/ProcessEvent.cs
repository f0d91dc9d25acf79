using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// A flag that processes wait for: all that wait are released when it is set, and nobody waits as long as it is set. Python's
/// <c>multiprocessing.Event</c>.
/// </summary>
/// <remarks>
/// <para>It belongs to nobody: any process may set and reset it, and the death of a process changes nothing about it. A process that is
/// killed while it sets the event has either set it, then all who wait are released, or not.</para>
/// <para>Whoever was waiting when the event was set is released, even if it is reset before that thread has run; Python may miss
/// this.</para>
/// <para>All members are thread-safe. What was written to shared memory before <see cref="Set"/> is seen by those whom it releases, and by
/// those who then find the event set.</para>
/// </remarks>
[PayloadCodec(typeof(SharedObjectCodec<ProcessEvent>))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed unsafe partial class ProcessEvent : SharedObject, ISharedObject<ProcessEvent>
{
    internal const int BlockSize = 128;
    private const int CellOffset = 64;

    private readonly SharedBlock _block;
    private readonly ulong* _state;
    private TreeMember? _member;

    /// <summary>Makes an event.</summary>
    /// <param name="initiallySet">Whether it is set at first.</param>
    public ProcessEvent(bool initiallySet = false)
        : this(SharedBlock.Allocate(SharedKind.Event, BlockSize), null)
    {
        Volatile.Write(ref *_state, EventState.Initial(initiallySet).Bits);
    }

    internal ProcessEvent(SharedBlock block, TreeMember? member)
    {
        _block = block;
        _state = (ulong*)block.Pointer;
        _member = member;
    }

    static SharedKind ISharedObject<ProcessEvent>.Kind => SharedKind.Event;

    /// <summary>Whether the event is set just now. Can be out of date when you look at it.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public bool IsSet
    {
        get
        {
            ThrowIfDisposed();
            bool isSet = State.IsSet;
            GC.KeepAlive(this);
            return isSet;
        }
    }

    internal override SharedBlock Block => _block;

    /// <summary>Whether somebody waits, or has waited since it was last set.</summary>
    internal bool IsWaitedFor => State.IsWaitedFor;

    private TreeMember Member => _member ??= TreeMember.OfThisProcess;

    private WaiterCell* Cell => (WaiterCell*)((byte*)_state + CellOffset);

    private EventState State => new(Volatile.Read(ref *_state));

    private string DebuggerDisplay => IsDisposed ? "disposed" : State.IsSet ? "set" : State.IsWaitedFor ? "not set, waited for" : "not set";

    static ProcessEvent ISharedObject<ProcessEvent>.Attach(SharedBlock block) => new(block, null);

    /// <summary>Sets the event and releases all who wait. Does nothing if it is set already. Never waits for those it releases.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Set()
    {
        ThrowIfDisposed();

        // So that what the caller wrote before is visible to whoever resets an event that is set already, and then looks.
        Interlocked.MemoryBarrier();
        EventState seen = State;
        while (!seen.IsSet && !TryChange(ref seen, seen.WhenSet()))
        {
        }

        if (!seen.IsSet && seen.IsWaitedFor)
        {
            WakeAll();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Resets the event: from now on, callers of <see cref="Wait(CancellationToken)"/> wait.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Reset()
    {
        ThrowIfDisposed();
        Interlocked.MemoryBarrier();
        EventState seen = State;
        while (seen.IsSet && !TryChange(ref seen, seen.WhenReset()))
        {
        }

        GC.KeepAlive(this);
    }

    private protected override void OnDisposed()
    {
        // A waiter shows itself before it looks whether the object is disposed of: one of the two sees the other.
        Interlocked.MemoryBarrier();
        EventState seen = State;
        while (seen.IsWaitedFor && !TryChange(ref seen, seen.WhenNudged()))
        {
        }

        if (seen.IsWaitedFor)
        {
            WakeAll();
        }

        GC.KeepAlive(this);
    }

    private void WakeAll() => Member.Waits.Wake((int*)_state, Cell, int.MaxValue);

    private bool TryChange(ref EventState seen, EventState next)
    {
        ulong before = Interlocked.CompareExchange(ref *_state, next.Bits, seen.Bits);
        if (before == seen.Bits)
        {
            return true;
        }

        seen = new EventState(before);
        return false;
    }
}
