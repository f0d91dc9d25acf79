using Multiprocessing.Memory;
using Multiprocessing.Synchronization;

namespace Multiprocessing;

// Apart because what awaits cannot be unsafe.
public sealed partial class ProcessLock
{
    /// <summary>Acquires the lock without blocking a thread while it waits.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <inheritdoc cref="Acquire" path="/returns"/>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public ValueTask<AcquireResult> AcquireAsync(CancellationToken cancellationToken = default) =>
        TryAcquireAtOnce(cancellationToken)
            ? new ValueTask<AcquireResult>(AcquireResult.Acquired)
            : AcquireSlowlyAsync(Deadline.Never, cancellationToken);

    /// <summary>Acquires the lock without blocking a thread while it waits, or gives up after a time.</summary>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryAcquire(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<AcquireResult> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryAcquireAtOnce(cancellationToken)
            ? new ValueTask<AcquireResult>(AcquireResult.Acquired)
            : AcquireSlowlyAsync(deadline, cancellationToken);
    }

    /// <summary>Acquires the lock for a <see langword="using"/> block, without blocking a thread while it waits.</summary>
    /// <inheritdoc cref="EnterScope" path="/param"/>
    /// <inheritdoc cref="EnterScope" path="/returns"/>
    /// <inheritdoc cref="EnterScope" path="/exception"/>
    public async ValueTask<ProcessLockScope> EnterScopeAsync(CancellationToken cancellationToken = default)
    {
        AcquireResult result = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        return new ProcessLockScope(this, _core.Tag, result);
    }

    async ValueTask<AcquireResult> IConditionLock.ReacquireAsync(int past)
    {
        AcquireResult result = await AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        Continue((uint)past);
        return result;
    }

    private async ValueTask<AcquireResult> AcquireSlowlyAsync(Deadline deadline, CancellationToken cancellationToken) =>
        Checked(await _core.AcquireAsync(0, deadline, _waiters, cancellationToken).ConfigureAwait(false));
}
