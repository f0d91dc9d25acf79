using System.Diagnostics;
using Multiprocessing.Memory;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// Memory that a task was handed is given back when the garbage collector finds that the task has not kept it, which in an idle worker
/// is never, and in a busy one late: what is behind a shared array of a gigabyte are a few bytes of managed memory. So the collector is
/// asked, soon after such a task, and not on the way of the next one; it may take a hundredth of the time.
/// </summary>
internal sealed class IdleCollection
{
    /// <summary>As much may stay: 1 MiB.</summary>
    private const long Threshold = 1 << 20;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(30);
    private const int ShareOfTime = 100;
    private readonly Lock _lock = new();
    private TimeSpan _lastDuration;
    private Timer? _timer;
    private bool _isDue;

    /// <summary>After each task.</summary>
    public void AfterTask()
    {
        if (SharedHeap.OpenedBytes >= Threshold)
        {
            Schedule();
        }
    }

    private void Schedule()
    {
        lock (_lock)
        {
            if (!_isDue)
            {
                _isDue = true;
                _timer ??= new Timer(static state => ((IdleCollection)state!).Collect(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                TimeSpan due = ShareOfTime * _lastDuration;
                _timer.Change(due > Delay ? due : Delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Collect()
    {
        SharedHeap.OpenedBytes = 0;
        long start = Stopwatch.GetTimestamp();
        GC.Collect();
        lock (_lock)
        {
            _lastDuration = Stopwatch.GetElapsedTime(start);
            _isDue = false;
        }
    }
}
