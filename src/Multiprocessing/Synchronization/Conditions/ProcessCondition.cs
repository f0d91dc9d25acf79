using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// Waits, outside of a lock, until somebody who owned the lock says that what it protects has changed. Python's
/// <c>multiprocessing.Condition</c>.
/// </summary>
/// <remarks>
/// <para>Notifying never waits for those who are notified, and counts only those that wait at that moment. Within a process they come back in
/// the order of their coming; processes take turns.</para>
/// <para>A notification that was given to a process which dies before the notified wait has returned goes on to another waiter. A wait
/// whose time passes while it is being notified is notified: none is lost.</para>
/// <para>A process that dies while it owns the lock may have changed what it protects without notifying anybody. So its death wakes
/// waiters; the first one of them has the lock with <see cref="ReacquireResult"/> <see cref="AcquireResult.Abandoned"/>, unless somebody who
/// came to acquire it was faster. Whoever is told so mends what is to be mended and should notify all.</para>
/// <para>A wait may return, rarely, although nobody notified it: after deaths, or if more than 31 processes wait for the same
/// condition at a time (all that came after the 31st are then woken with each notification). So look whether what you wait for is there, or
/// let <see cref="WaitFor(Func{bool}, CancellationToken)"/> look.</para>
/// <para>All members are thread-safe, and those that need the lock say so.</para>
/// </remarks>
[PayloadCodec(typeof(ProcessConditionCodec))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class ProcessCondition : SharedObject
{
    private readonly ConditionQueue _queue;
    private readonly IConditionLock _lock;

    /// <summary>Makes a condition for a lock, which works with asynchronous waits as well.</summary>
    /// <param name="lock">The lock that protects what is waited for. Several conditions may share it.</param>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessCondition(ProcessLock @lock)
        : this(Allocate(@lock), @lock, TreeMember.OfThisProcess)
    {
    }

    /// <summary>Makes a condition for a recursive lock. A wait releases it however often it was acquired, and has it back like that.</summary>
    /// <param name="lock">The lock that protects what is waited for. Several conditions may share it.</param>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessCondition(ProcessRLock @lock)
        : this(Allocate(@lock), @lock, TreeMember.OfThisProcess)
    {
    }

    internal ProcessCondition(SharedBlock block, SharedObject @lock, TreeMember member)
    {
        _queue = new ConditionQueue(new ConditionTable(block, member));
        _lock = (IConditionLock)@lock;
    }

    /// <summary>The lock, if it is a <see cref="ProcessLock"/>.</summary>
    public ProcessLock? Lock => _lock as ProcessLock;

    /// <summary>The lock, if it is a <see cref="ProcessRLock"/>.</summary>
    public ProcessRLock? RLock => _lock as ProcessRLock;

    /// <summary>
    /// How the last wait that ended through this object got the lock back: <see cref="AcquireResult.Abandoned"/> if the one who had it meanwhile
    /// died with it. To be read while you own the lock.
    /// </summary>
    public AcquireResult ReacquireResult { get; private set; } = AcquireResult.Acquired;

    internal override SharedBlock Block => _queue.Table.Block;

    /// <summary>How many wait, as far as their processes have entries. For debuggers and tests.</summary>
    internal int WaitingCount => _queue.CountWaiting();

    /// <summary>How many of them are notified and have not come back yet.</summary>
    internal int NotifiedCount => _queue.CountNotified();

    private string DebuggerDisplay => IsDisposed ? "disposed" : $"{WaitingCount} wait";

    /// <summary>Notifies up to so many of those who wait. The lock must be owned.</summary>
    /// <param name="count">How many at most, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="SynchronizationLockException">
    /// This process, or this thread if it is a <see cref="ProcessRLock"/>, does not own the lock.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This object or the lock was disposed.</exception>
    public void Notify(int count = 1)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ThrowIfNotHeld();
        _queue.Table.Notify(count);
        GC.KeepAlive(this);
    }

    /// <summary>Notifies all who wait. The lock must be owned.</summary>
    /// <inheritdoc cref="Notify" path="/exception[not(contains(@cref, 'ArgumentOutOfRange'))]"/>
    public void NotifyAll() => Notify(int.MaxValue);

    private protected override void OnDisposed()
    {
        _queue.RingOwn();
        GC.KeepAlive(this);
    }

    private static SharedBlock Allocate(SharedObject @lock)
    {
        ArgumentNullException.ThrowIfNull(@lock);
        @lock.ThrowIfDisposed();
        return SharedBlock.Allocate(SharedKind.Condition, ConditionTable.Size);
    }

    private void ThrowIfNotHeld()
    {
        if (!_lock.IsHeldByCaller)
        {
            throw new SynchronizationLockException("The lock of the condition is not owned: acquire it first.");
        }
    }
}
