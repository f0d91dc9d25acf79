namespace Multiprocessing.Pools;

/// <summary>A monotonic clock with one alarm; what the dispatcher knows of time.</summary>
internal interface IDeadlines : IDisposable
{
    /// <summary>Now, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    long Now { get; }

    /// <summary>Moves the alarm. It rings once, never earlier than asked, on a thread that holds no lock.</summary>
    void Schedule(long dueTicks);
}
