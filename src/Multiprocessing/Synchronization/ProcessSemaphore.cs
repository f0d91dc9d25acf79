using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// A semaphore that works across processes: a number of permits, which callers take and give back. Permits that a process had taken when it
/// died come back, unless the semaphore is made without that.
/// </summary>
/// <remarks>
/// <para>Recovery counts by process: what a process has taken and given back itself. It is right for permits that stand for something, such as
/// places or connections. Where one process takes and another one gives, as in signalling, make the semaphore with
/// <c>recoverPermits: false</c>; otherwise a permit that was given by another process comes a second time when its taker dies.</para>
/// <para>There is room for the permits of at most 128 processes at a time; what further ones take does not come back when they die.</para>
/// <para>Thread-safe. Nobody waits while there are permits. No order among those who wait is promised.</para>
/// </remarks>
[PayloadCodec(typeof(SharedObjectCodec<ProcessSemaphore>))]
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class ProcessSemaphore : SharedObject, ISharedObject<ProcessSemaphore>
{
    private readonly SharedBlock _block;
    private readonly SemaphoreCore _core;
    private readonly WaitersOfObject _waiters;

    /// <summary>Makes a new semaphore.</summary>
    /// <param name="initialCount">Its permits, 0 or more.</param>
    /// <param name="maximumCount">How many permits can be free at most; 1 or more, and not less than <paramref name="initialCount"/>.</param>
    /// <param name="recoverPermits">Whether the permits come back that a process had when it died.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessSemaphore(int initialCount, int maximumCount = int.MaxValue, bool recoverPermits = true)
        : this(Allocate(initialCount, maximumCount, recoverPermits), ProcessTree.Participant, ProcessTree.Waits)
    {
    }

    internal ProcessSemaphore(SharedBlock block, Participant participant, WaitRegistry waits)
    {
        _block = block;
        _core = new SemaphoreCore(block, participant, waits);
        _waiters = new WaitersOfObject(this);
    }

    static SharedKind ISharedObject<ProcessSemaphore>.Kind => SharedKind.Semaphore;

    /// <summary>How many permits are free just now; it can be otherwise before the caller looks at the answer.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public int CurrentCount
    {
        get
        {
            ThrowIfDisposed();
            return _core.Count();
        }
    }

    /// <summary>How many permits can be free at most.</summary>
    public int MaximumCount => _core.Maximum;

    internal override SharedBlock Block => _block;

    internal SemaphoreCore Core => _core;

    private string DebuggerDisplay => IsDisposed ? "disposed" : $"{_core.CountAtAGlance} free";

    /// <summary>Takes a permit, however long it takes.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; no permit was taken.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public void Acquire(CancellationToken cancellationToken = default) => TryAcquire(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Takes a permit, or gives up after a time.</summary>
    /// <param name="timeout">Zero (the default) just tries; positive; or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether a permit was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no permit was taken.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of, also while this call waited.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken);
        return _core.Acquire(deadline, _waiters, cancellationToken) == AcquireResult.Acquired;
    }

    /// <summary>Takes a permit without blocking a thread while it waits.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public async ValueTask AcquireAsync(CancellationToken cancellationToken = default) =>
        await TryAcquireAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes a permit without blocking a thread while it waits, or gives up after a time.</summary>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/exception"/>
    public async ValueTask<bool> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Begin(timeout, cancellationToken);
        return await _core.AcquireAsync(deadline, _waiters, cancellationToken).ConfigureAwait(false) == AcquireResult.Acquired;
    }

    /// <summary>Gives one permit back, or a new one if this process has taken none.</summary>
    /// <returns>How many were free before.</returns>
    /// <exception cref="SemaphoreFullException">More than the maximum would be free; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of: see <see cref="SharedObject.Dispose"/>.</exception>
    public int Release() => Release(1);

    /// <summary>Gives permits back, or new ones if this process has taken fewer. All of them at once.</summary>
    /// <param name="releaseCount">How many, 1 or more.</param>
    /// <returns>How many were free before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    /// <exception cref="SemaphoreFullException">More than the maximum would be free; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of: see <see cref="SharedObject.Dispose"/>.</exception>
    public int Release(int releaseCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(releaseCount, 1);
        ThrowIfDisposed();
        int before = _core.Release(releaseCount);
        return before >= 0 ? before : throw new SemaphoreFullException($"The semaphore holds at most {MaximumCount} permits.");
    }

    static ProcessSemaphore ISharedObject<ProcessSemaphore>.Attach(SharedBlock block) => new(block, ProcessTree.Participant, ProcessTree.Waits);

    /// <summary>Permits that were taken through this object, and not given back through it, are free again if permits are recovered.</summary>
    private protected override void OnDisposed()
    {
        _waiters.End();
        _core.ReleaseTaken();
    }

    private static SharedBlock Allocate(int initialCount, int maximumCount, bool recoverPermits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(initialCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(initialCount, maximumCount);
        return SemaphoreCore.Allocate(initialCount, maximumCount, recoverPermits);
    }

    private Deadline Begin(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        return Deadline.After(timeout);
    }
}
