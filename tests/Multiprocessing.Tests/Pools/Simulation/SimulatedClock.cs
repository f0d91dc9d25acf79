using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Simulation;

/// <summary>A clock that moves when a test says so.</summary>
internal sealed class SimulatedClock : IDeadlines
{
    private Action? _onAlarm;
    private long _due = long.MaxValue;

    public long Now { get; private set; } = 1;

    internal bool IsDisposed { get; private set; }

    internal bool IsSet => _due != long.MaxValue;

    public void Schedule(long dueTicks) => _due = dueTicks;

    public void Dispose() => IsDisposed = true;

    internal IDeadlines Attach(Action onAlarm)
    {
        _onAlarm = onAlarm;
        return this;
    }

    /// <summary>Lets time pass and rings whatever is due on the way.</summary>
    internal void Advance(TimeSpan time)
    {
        var end = Now + DispatcherSettings.Ticks(time);
        while (_due <= end)
        {
            Now = Math.Max(Now, _due);
            _due = long.MaxValue;
            _onAlarm!();
        }
        Now = end;
    }
}
