namespace Multiprocessing.Pools;

/// <summary>Something that waits to be delivered to user code.</summary>
internal abstract class Report
{
    /// <summary>Does it. Never throws.</summary>
    internal abstract void Deliver();
}

/// <summary>Delivers reports on the thread pool, one at a time and in order. How many can wait is limited by whoever sends them.</summary>
internal sealed class ReportPump : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<Report> _waiting = new();
    private TaskCompletionSource? _quiet;
    private bool _isRunning;

    /// <summary>Ends when nothing waits.</summary>
    internal Task IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return _isRunning
                    ? (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                    : Task.CompletedTask;
            }
        }
    }

    internal void Add(Report report) => TryAdd(report, int.MaxValue);

    /// <summary>False: as many as that wait already.</summary>
    internal bool TryAdd(Report report, int most)
    {
        lock (_lock)
        {
            if (_waiting.Count >= most)
            {
                return false;
            }
            _waiting.Enqueue(report);
            if (_isRunning)
            {
                return true;
            }
            _isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake() is { } report)
        {
            report.Deliver();
        }
    }

    private Report? TryTake()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var report))
            {
                return report;
            }
            _isRunning = false;
            _quiet?.SetResult();
            _quiet = null;
            return null;
        }
    }
}
