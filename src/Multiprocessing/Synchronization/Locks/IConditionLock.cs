namespace Multiprocessing.Synchronization;

/// <summary>What a condition needs of its lock: to let go of it however often it was acquired, and to have it back like that.</summary>
internal interface IConditionLock
{
    /// <summary>Whether the caller may release it.</summary>
    bool IsHeldByCaller { get; }

    /// <summary>Whether its owner has died, and nobody has taken it over yet.</summary>
    bool IsAbandoned { get; }

    /// <summary>Releases it wholly.</summary>
    /// <returns>What acquiring it again needs to know: how often it was acquired, or as what it was owned.</returns>
    /// <exception cref="SynchronizationLockException">The caller does not own it.</exception>
    int ReleaseAll();

    /// <summary>Acquires it so that the ownership before goes on; neither time nor a token ends this.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    AcquireResult Reacquire(int past);

    /// <inheritdoc cref="Reacquire"/>
    /// <exception cref="NotSupportedException">It is owned by threads.</exception>
    ValueTask<AcquireResult> ReacquireAsync(int past);
}
