using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools;

/// <summary>
/// The alarm of a pool on the process's event loop. Not a timer of the thread pool: those fire from its queue, late when the program keeps
/// it busy, and deadlines are wanted most just then. Called under the dispatcher's lock.
/// </summary>
internal sealed class EventLoopDeadlines(Action onAlarm) : IDeadlines
{
    private IDisposable? _scheduled;
    private bool _isDisposed;

    public long Now => Stopwatch.GetTimestamp();

    public void Schedule(long dueTicks)
    {
        _scheduled?.Dispose();
        _scheduled = _isDisposed ? null : Kernel.EventLoop.At(dueTicks, onAlarm);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _scheduled?.Dispose();
    }
}
