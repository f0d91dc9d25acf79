using System.Runtime.CompilerServices;
using Multiprocessing.Memory;

namespace Multiprocessing;

/// <summary>
/// Base of the objects that live in memory shared by several processes. Each process, and each copy that a process was sent, has an
/// object of its own for it; the memory is freed when the last one is gone, in whatever way its process ended.
/// </summary>
/// <remarks>
/// Such an object can be captured by a lambda, passed as an argument or a result, and nested in other objects: what arrives in the
/// other process is the same shared object, not a copy.
/// </remarks>
public abstract class SharedObject : IDisposable
{
    private volatile bool _isDisposed;

    private protected SharedObject()
    {
    }

    /// <summary>Whether this object was disposed of. Others for the same memory are not concerned.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>The memory.</summary>
    internal abstract SharedBlock Block { get; }

    /// <summary>
    /// Gives up this process's use of the object through this reference. Other references to it, in this and other processes, go on.
    /// Safe at any time and any number of times, also while other threads are inside: those that wait come back with an
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        lock (Block)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        OnDisposed();
        GC.SuppressFinalize(this);
    }

    /// <summary>Calls back the waiters of this object, and gives back what it owns.</summary>
    private protected virtual void OnDisposed()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
