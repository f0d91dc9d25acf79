namespace Multiprocessing.Synchronization;

/// <summary>What a condition needs of its lock: to let go of it however often it was acquired, and to have it back like that.</summary>
internal interface IConditionLock
{
    /// <summary>Whether the caller may release it.</summary>
    bool IsHeldByCaller { get; }

    /// <summary>Releases it wholly.</summary>
    /// <returns>How often it was acquired.</returns>
    /// <exception cref="SynchronizationLockException">The caller does not own it.</exception>
    int ReleaseAll();

    /// <summary>Acquires it for as many times; neither time nor a token ends this.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    AcquireResult Reacquire(int depth);

    /// <inheritdoc cref="Reacquire"/>
    /// <exception cref="NotSupportedException">It is owned by threads.</exception>
    ValueTask<AcquireResult> ReacquireAsync(int depth);
}
