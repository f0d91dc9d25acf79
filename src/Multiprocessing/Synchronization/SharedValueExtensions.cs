namespace Multiprocessing;

/// <summary>Changes of a shared value in more than one step.</summary>
public static class SharedValueExtensions
{
    /// <summary>Replaces the value by what a function makes of it, while nobody else who uses the same lock comes between.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="processLock">The lock that all use for this value; several values may have one in common.</param>
    /// <param name="change">Gets the present value and returns the new one. What it throws comes out, and the value stays.</param>
    /// <param name="cancellationToken">Gives up waiting for the lock.</param>
    /// <returns>The new value.</returns>
    /// <remarks>
    /// If a process is killed in the middle of it, the lock is free within milliseconds and the value is the old or the new one; a value of
    /// more than 8 bytes can be half of each, if it was killed just while it wrote it.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The value or the lock was disposed of.</exception>
    public static T Update<T>(
        this SharedValue<T> value, ProcessLock processLock, Func<T, T> change, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(processLock);
        ArgumentNullException.ThrowIfNull(change);
        using (processLock.EnterScope(cancellationToken))
        {
            T changed = change(value.Value);
            value.Value = changed;
            GC.KeepAlive(value);
            return changed;
        }
    }
}
