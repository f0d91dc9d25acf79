namespace Multiprocessing;

/// <summary>One ownership of a <see cref="ProcessLock"/>, which ends with the <see langword="using"/> block.</summary>
public readonly struct ProcessLockScope : IDisposable, IEquatable<ProcessLockScope>
{
    private readonly ProcessLock? _lock;
    private readonly uint _lease;

    internal ProcessLockScope(ProcessLock @lock, uint lease, AcquireResult result)
    {
        _lock = @lock;
        _lease = lease;
        Result = result;
    }

    /// <summary>How the lock was acquired: <see cref="AcquireResult.Acquired"/> or <see cref="AcquireResult.Abandoned"/>.</summary>
    public AcquireResult Result { get; }

    /// <summary>Whether two are the same ownership.</summary>
    public static bool operator ==(ProcessLockScope left, ProcessLockScope right) => left.Equals(right);

    /// <summary>Whether two are different ownerships.</summary>
    public static bool operator !=(ProcessLockScope left, ProcessLockScope right) => !left.Equals(right);

    /// <summary>
    /// Releases the lock. Does nothing if this ownership is over already: disposed of before, also of a copy, or released otherwise. Never
    /// releases what somebody else has acquired since.
    /// </summary>
    public void Dispose() => _lock?.Release(_lease);

    /// <inheritdoc/>
    public bool Equals(ProcessLockScope other) => _lock == other._lock && _lease == other._lease;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ProcessLockScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_lock, _lease);
}
