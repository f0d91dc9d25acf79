using System.Diagnostics;
using System.Runtime.CompilerServices;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// A lock that works across processes: at most one caller in all processes owns it. Owned by a process, not by a thread, so an
/// <see langword="await"/> may stand between acquiring and releasing. Not recursive: who acquires it twice waits for himself.
/// </summary>
/// <remarks>
/// <para>If the owner's process dies, in whatever way, the next one to acquire gets the lock within milliseconds and is told so:
/// <see cref="AcquireResult.Abandoned"/>.</para>
/// <para>Thread-safe. Nobody waits for ever while others get the lock: who was passed over several times is preferred to those that came
/// later. A strict order is not promised. Acquiring and releasing while nobody else wants the lock is no system call.</para>
/// <para>An object that is garbage while its process owns the lock does not release it; the process stays the owner until it ends.</para>
/// </remarks>
[PayloadCodec(typeof(SharedObjectCodec<ProcessLock>))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed unsafe partial class ProcessLock : SharedObject, ISharedObject<ProcessLock>, IConditionLock
{
    private const ulong TagStep = 1ul << LockBits.TagShift;
    private readonly SharedBlock _block;
    private readonly LockCore _core;
    private readonly WaitersOfObject _waiters;
    private readonly ulong* _state;
    private readonly ulong _self;
    private uint _lease;

    /// <summary>Makes a new lock, which nobody owns.</summary>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessLock()
        : this(SharedBlock.Allocate(SharedKind.Lock, LockCore.Size), ProcessTree.Participant, ProcessTree.Waits)
    {
    }

    internal ProcessLock(SharedBlock block, Participant participant, WaitRegistry waits)
    {
        _block = block;
        _waiters = new WaitersOfObject(this);
        _core = new LockCore(block, 0, participant, waits);
        _state = _core.State;
        _self = _core.Self.Value;
    }

    static SharedKind ISharedObject<ProcessLock>.Kind => SharedKind.Lock;

    /// <summary>
    /// Whether some process owns it just now; it can be otherwise before the caller looks at the answer. A lock whose owner has died
    /// is not locked.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public bool IsLocked
    {
        get
        {
            ThrowIfDisposed();
            bool held = _core.IsHeld;
            GC.KeepAlive(this);
            return held;
        }
    }

    /// <summary>Whether this process owns it.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public bool IsHeldByCurrentProcess
    {
        get
        {
            ThrowIfDisposed();
            bool held = _core.IsHeldBySelf;
            GC.KeepAlive(this);
            return held;
        }
    }

    bool IConditionLock.IsHeldByCaller => IsHeldByCurrentProcess;

    bool IConditionLock.IsAbandoned => _core.IsAbandoned;

    internal override SharedBlock Block => _block;

    private string DebuggerDisplay => IsDisposed ? "disposed" : _core.Describe();

    /// <summary>Acquires the lock, however long it takes.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="AcquireResult.Acquired"/> or <see cref="AcquireResult.Abandoned"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not acquired.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public AcquireResult Acquire(CancellationToken cancellationToken = default) =>
        TryAcquireAtOnce(cancellationToken) ? AcquireResult.Acquired : AcquireSlowly(Deadline.Never, cancellationToken);

    /// <summary>Acquires the lock, or gives up after a time.</summary>
    /// <param name="timeout">Zero (the default) just tries; positive; or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="AcquireResult.TimedOut"/> if it was not acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not acquired.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public AcquireResult TryAcquire(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryAcquireAtOnce(cancellationToken) ? AcquireResult.Acquired : AcquireSlowly(deadline, cancellationToken);
    }

    /// <summary>Releases the lock. Any thread of the process that owns it may do so.</summary>
    /// <exception cref="SynchronizationLockException">This process does not own it.</exception>
    /// <exception cref="ObjectDisposedException">
    /// This object was disposed of, and what was acquired through it left to others as <see cref="AcquireResult.Abandoned"/>.
    /// </exception>
    public void Release()
    {
        ulong state = Volatile.Read(ref *_state);
        if ((uint)state != (uint)_self || Interlocked.CompareExchange(ref *_state, state - _self, state) != state)
        {
            ReleaseSlowly();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Acquires the lock for a <see langword="using"/> block.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <returns>Releases the lock when it is disposed of.</returns>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public ProcessLockScope EnterScope(CancellationToken cancellationToken = default)
    {
        AcquireResult result = Acquire(cancellationToken);
        return new ProcessLockScope(this, _core.Tag, result);
    }

    static ProcessLock ISharedObject<ProcessLock>.Attach(SharedBlock block) => new(block, ProcessTree.Participant, ProcessTree.Waits);

    /// <summary>Releases one certain ownership, unless it is over already.</summary>
    internal void Release(uint lease)
    {
        _core.TryRelease(lease);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// What was acquired through this object and not released is left to the next one as <see cref="AcquireResult.Abandoned"/>.
    /// </summary>
    private protected override void OnDisposed()
    {
        _waiters.End();
        _core.TryRelease(_lease, LockBits.Deserted);
        GC.KeepAlive(this);
    }

    int IConditionLock.ReleaseAll()
    {
        uint lease = _core.Tag;
        Release();
        return (int)lease;
    }

    AcquireResult IConditionLock.Reacquire(int past)
    {
        AcquireResult result = Acquire(CancellationToken.None);
        Continue((uint)past);
        return result;
    }

    // A scope around the wait must be able to release what it acquired before.
    private void Continue(uint lease)
    {
        _core.ContinueAs(lease);
        _lease = lease;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAcquireAtOnce(CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        ulong state = Volatile.Read(ref *_state);
        bool acquired = (uint)state == 0 && Interlocked.CompareExchange(ref *_state, state + TagStep + _self, state) == state;
        if (acquired)
        {
            _lease = LockBits.TagOf(state) + 1;
        }

        GC.KeepAlive(this);
        return acquired;
    }

    private AcquireResult AcquireSlowly(Deadline deadline, CancellationToken cancellationToken)
    {
        return Checked(_core.Acquire(0, deadline, _waiters, cancellationToken));
    }

    /// <summary>Who has waited while this object was disposed of gets nothing, even if he was faster.</summary>
    private AcquireResult Checked(AcquireResult result)
    {
        if (result != AcquireResult.TimedOut)
        {
            _lease = _core.Tag;
            if (IsDisposed)
            {
                _core.TryRelease(_lease, result == AcquireResult.Abandoned ? LockBits.Deserted : 0);
                ThrowIfDisposed();
            }
        }

        return result;
    }

    private void ReleaseSlowly()
    {
        if (!_core.TryRelease(tag: null))
        {
            ThrowIfDisposed();
            throw new SynchronizationLockException("This process does not own the lock.");
        }
    }
}
