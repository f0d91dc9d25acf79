using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// A recursive lock that works across processes. Owned by one thread of one process, which may acquire it again and must release it as
/// often. It cannot be acquired asynchronously, because an <see langword="await"/> may go on on another thread: for that there is
/// <see cref="ProcessLock"/>.
/// </summary>
/// <remarks>
/// <para>If the owner's process dies, in whatever way, the next one to acquire gets the lock within milliseconds and is told so:
/// <see cref="AcquireResult.Abandoned"/>. A thread that ends while it owns the lock, in a process that goes on, keeps it.</para>
/// <para>Thread-safe. Nobody waits for ever while others get the lock: who was passed over several times is preferred to those that came
/// later. A strict order is not promised.</para>
/// </remarks>
[PayloadCodec(typeof(SharedObjectCodec<ProcessRLock>))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed unsafe class ProcessRLock : SharedObject, ISharedObject<ProcessRLock>, IConditionLock
{
    // Belongs to the owner; a new one sets it before he relies on it. In the line of the state: who writes one writes both.
    private const int DepthOffset = 32;
    private readonly SharedBlock _block;
    private readonly LockCore _core;
    private readonly WaitersOfObject _waiters;
    private readonly ulong* _state;
    private readonly int* _depth;
    private readonly uint _self;
    private uint _owner;

    /// <summary>Makes a new lock, which nobody owns.</summary>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessRLock()
        : this(SharedBlock.Allocate(SharedKind.RLock, LockCore.Size), ProcessTree.Participant, ProcessTree.Waits)
    {
    }

    internal ProcessRLock(SharedBlock block, Participant participant, WaitRegistry waits)
    {
        _block = block;
        _waiters = new WaitersOfObject(this);
        _core = new LockCore(block, 0, participant, waits);
        _state = _core.State;
        _depth = (int*)(block.Pointer + DepthOffset);
        _self = _core.Self.Value;
    }

    static SharedKind ISharedObject<ProcessRLock>.Kind => SharedKind.RLock;

    /// <inheritdoc cref="ProcessLock.IsLocked"/>
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

    /// <summary>Whether the calling thread owns it.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public bool IsHeldByCurrentThread
    {
        get
        {
            ThrowIfDisposed();
            bool held = IsMine(Volatile.Read(ref *_state));
            GC.KeepAlive(this);
            return held;
        }
    }

    bool IConditionLock.IsHeldByCaller => IsHeldByCurrentThread;

    bool IConditionLock.IsAbandoned => _core.IsAbandoned;

    internal override SharedBlock Block => _block;

    private static uint CurrentThread => (uint)Environment.CurrentManagedThreadId;

    private string DebuggerDisplay => IsDisposed ? "disposed" : _core.Describe();

    /// <summary>Acquires the lock, however long it takes; at once if this thread owns it already.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="AcquireResult.Acquired"/> or <see cref="AcquireResult.Abandoned"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not acquired once more.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    /// <exception cref="OverflowException">Acquired more than 2^31 - 1 times.</exception>
    public AcquireResult Acquire(CancellationToken cancellationToken = default) => Acquire(Deadline.Never, cancellationToken);

    /// <summary>Acquires the lock, or gives up after a time.</summary>
    /// <param name="timeout">Zero (the default) just tries; positive; or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="AcquireResult.TimedOut"/> if it was not acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not acquired once more.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public AcquireResult TryAcquire(TimeSpan timeout = default, CancellationToken cancellationToken = default) =>
        Acquire(Deadline.After(timeout), cancellationToken);

    /// <summary>Takes back one acquisition; the last one releases the lock.</summary>
    /// <exception cref="SynchronizationLockException">This thread does not own it.</exception>
    /// <exception cref="ObjectDisposedException">
    /// This object was disposed of, and what was acquired through it left to others as <see cref="AcquireResult.Abandoned"/>.
    /// </exception>
    public void Release()
    {
        ulong state = Volatile.Read(ref *_state);
        ThrowIfNotMine(state);
        if (*_depth > 1)
        {
            --*_depth;
        }
        else
        {
            LetGo(state);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Acquires the lock for a <see langword="using"/> block.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <returns>Releases the lock when it is disposed of, on the same thread.</returns>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public ProcessRLockScope EnterScope(CancellationToken cancellationToken = default) => new(this, Acquire(cancellationToken));

    static ProcessRLock ISharedObject<ProcessRLock>.Attach(SharedBlock block) => new(block, ProcessTree.Participant, ProcessTree.Waits);

    /// <summary>
    /// What a thread acquired through this object and did not release is left to the next one as <see cref="AcquireResult.Abandoned"/>.
    /// </summary>
    private protected override void OnDisposed()
    {
        _waiters.End();
        _core.TryRelease(_owner, LockBits.Deserted);
        GC.KeepAlive(this);
    }

    int IConditionLock.ReleaseAll()
    {
        ulong state = Volatile.Read(ref *_state);
        ThrowIfNotMine(state);
        int depth = *_depth;
        LetGo(state);
        GC.KeepAlive(this);
        return depth;
    }

    AcquireResult IConditionLock.Reacquire(int past)
    {
        AcquireResult result = Acquire(CancellationToken.None);
        *_depth = past;
        GC.KeepAlive(this);
        return result;
    }

    ValueTask<AcquireResult> IConditionLock.ReacquireAsync(int past) =>
        throw new NotSupportedException("A recursive lock belongs to a thread. For asynchronous waits the condition needs a ProcessLock.");

    private AcquireResult Acquire(Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        AcquireResult result = AcquireResult.Acquired;
        uint thread = CurrentThread;
        ulong state = Volatile.Read(ref *_state);
        if ((uint)state != 0 || Interlocked.CompareExchange(ref *_state, Owned(thread), state) != state)
        {
            if (IsMine(state))
            {
                *_depth = checked(*_depth + 1);
                GC.KeepAlive(this);
                return result;
            }

            result = _core.Acquire(thread, deadline, _waiters, cancellationToken);
            if (IsDisposed && result != AcquireResult.TimedOut)
            {
                _core.TryRelease(thread, result == AcquireResult.Abandoned ? LockBits.Deserted : 0);
                ThrowIfDisposed();
            }
        }

        if (result != AcquireResult.TimedOut)
        {
            _owner = thread;
            *_depth = 1;
        }

        GC.KeepAlive(this);
        return result;
    }

    private ulong Owned(uint thread) => ((ulong)thread << LockBits.TagShift) | _self;

    private bool IsMine(ulong state) => LockBits.OwnerOf(state).Value == _self && LockBits.TagOf(state) == CurrentThread;

    private void LetGo(ulong state)
    {
        if ((uint)state != _self || Interlocked.CompareExchange(ref *_state, 0, state) != state)
        {
            _core.TryRelease(tag: null);
        }
    }

    private void ThrowIfNotMine(ulong state)
    {
        if (!IsMine(state))
        {
            ThrowIfDisposed();
            throw new SynchronizationLockException("This thread does not own the lock.");
        }
    }
}
