namespace Multiprocessing.Platform;

/// <summary>
/// One thread per process that waits for many things at once: handles that become readable, and deadlines. Callbacks run on
/// that thread, one at a time, and must neither block nor run user code. Thread-safe.
/// </summary>
internal abstract class EventLoop
{
    /// <summary>Whether the calling thread is the loop's own.</summary>
    public abstract bool IsCurrent { get; }

    /// <summary>
    /// Calls <paramref name="onReadable"/> whenever <paramref name="handle"/> has something to read or its peer is gone, until the
    /// returned registration is disposed. After <c>Dispose</c> returns no further call begins. Dispose it before the handle.
    /// </summary>
    public abstract IDisposable Watch(KernelHandle handle, Action onReadable);

    /// <summary>Calls <paramref name="callback"/> once, not before <paramref name="due"/>.</summary>
    /// <param name="due">A time of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
    /// <param name="callback">What to call; not called if the returned deadline is disposed first.</param>
    public abstract IDisposable At(long due, Action callback);

    /// <summary>Runs <paramref name="action"/> on the loop's thread soon.</summary>
    public abstract void Post(Action action);
}
