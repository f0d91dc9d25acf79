using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Synchronization;

/// <summary>
/// Ends the waits that were begun through one object when it is disposed of, and no others on the same memory. By a token, because a thread
/// that has looked whether the object is disposed of, and is not asleep yet, would miss a wake-up.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither a timer nor a handle, and is used after the object's end.")]
internal sealed class WaitersOfObject(SharedObject @object)
{
    private CancellationTokenSource? _source;

    public bool IsOver => @object.IsDisposed;

    /// <summary>For the wait of a caller with a token of its own: to be disposed of after the wait.</summary>
    public CancellationTokenSource? Link(CancellationToken own) =>
        own.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(own, Token) : null;

    public CancellationToken Token
    {
        get
        {
            CancellationTokenSource source = Volatile.Read(ref _source) ?? Make();
            if (@object.IsDisposed)
            {
                source.Cancel();
            }

            return source.Token;
        }
    }

    /// <summary>To be called once the object says that it is disposed of.</summary>
    public void End()
    {
        // Who makes the source later than this looks at the object after that.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _source)?.Cancel();
    }

    /// <summary>Throws what a wait ends with that was called back.</summary>
    public void Throw(CancellationToken own)
    {
        @object.ThrowIfDisposed();
        throw new OperationCanceledException(own);
    }

    private CancellationTokenSource Make()
    {
        var made = new CancellationTokenSource();
        return Interlocked.CompareExchange(ref _source, made, null) ?? made;
    }
}
