using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// How many tasks a worker is given at a time: one that runs and one in advance, more when tasks are so short that the way to the worker
/// would count. Measured while the worker is never out of work: the time between finishing the first and the last of a few tasks, so that
/// most tasks cost no look at the clock, and calls that follow each other one by one cost none.
/// </summary>
internal sealed class PrefetchDepth
{
    internal const int Least = 2;
    internal const int Most = 512;

    /// <summary>A worker should hold about this much work: it outlasts any wake-up, and is too short to be worth moving elsewhere.</summary>
    private static readonly long Horizon = Stopwatch.Frequency / 5000;

    /// <summary>Work of fewer ticks is left where it is, even if another worker is idle.</summary>
    internal static readonly long WorthMoving = Stopwatch.Frequency / 10_000;

    private long _start;
    private int _size = 1;
    private int _left = 1;

    internal int Value { get; private set; } = Least;

    /// <summary>Smoothed ticks per task; 0: not measured yet.</summary>
    internal long Duration { get; private set; }

    /// <summary>The worker has run out of work: the measurement is void.</summary>
    internal void Interrupt()
    {
        _start = 0;
        _left = int.MaxValue;
    }

    /// <summary>The worker has more than one task: measure from the next finish on.</summary>
    internal void Resume()
    {
        if (_left == int.MaxValue)
        {
            _left = 1;
        }
    }

    /// <summary>Few for the beginning: what was given in advance had to be taken back for something more urgent.</summary>
    internal void Restart() => Value = Least;

    internal void OnFinished(int tasks, IDeadlines clock)
    {
        _left -= tasks;
        if (_left > 0)
        {
            return;
        }
        var now = clock.Now;
        if (_start != 0)
        {
            var duration = Math.Max(1, (now - _start) / (_size - _left)); // More may have come at once than were to be measured.
            Duration = Duration == 0 ? duration : ((Duration * 3) + duration) / 4;
            Value = (int)Math.Clamp(Horizon / Duration, Least, Math.Min(Most, Value * 2));
        }
        _start = now;
        _size = _left = Math.Max(1, Value / 4);
    }
}
