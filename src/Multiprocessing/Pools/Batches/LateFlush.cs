using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools;

/// <summary>
/// An input that is slow must not hold back the items that it gave before: while some wait for more of them, they are sent every few
/// milliseconds by the event loop. Nothing happens while there are none.
/// </summary>
internal sealed class LateFlush(Action flush) : IDisposable
{
    private static readonly long Delay = Stopwatch.Frequency / 500;
    private readonly Lock _lock = new();
    private IDisposable? _deadline;
    private volatile bool _isArmed;
    private bool _isDisposed;

    /// <summary>Some items wait, or none.</summary>
    internal void Arm(bool hasItems)
    {
        if (hasItems && !_isArmed)
        {
            lock (_lock)
            {
                _isArmed = true;
                _deadline?.Dispose();
                _deadline = Kernel.EventLoop.At(Stopwatch.GetTimestamp() + Delay, OnDue);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _deadline?.Dispose();
        }
    }

    private void OnDue()
    {
        lock (_lock)
        {
            _isArmed = false;
            if (!_isDisposed)
            {
                flush();
            }
        }
    }
}
