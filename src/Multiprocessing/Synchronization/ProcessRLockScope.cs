namespace Multiprocessing;

/// <summary>One acquisition of a <see cref="ProcessRLock"/>, which ends with the <see langword="using"/> block.</summary>
public ref struct ProcessRLockScope
{
    private ProcessRLock? _lock;

    internal ProcessRLockScope(ProcessRLock @lock, AcquireResult result)
    {
        _lock = @lock;
        Result = result;
    }

    /// <summary>How the lock was acquired: <see cref="AcquireResult.Acquired"/> or <see cref="AcquireResult.Abandoned"/>.</summary>
    public readonly AcquireResult Result { get; }

    /// <summary>Takes back the acquisition. A second time does nothing.</summary>
    /// <exception cref="SynchronizationLockException">This thread does not own the lock any more.</exception>
    public void Dispose()
    {
        ProcessRLock? held = _lock;
        _lock = null;
        if (held is { IsDisposed: false })
        {
            held.Release();
        }
    }
}
