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

    internal void Add(Report report)
    {
        lock (_lock)
        {
            _waiting.Enqueue(report);
            if (_isRunning)
            {
                return;
            }
            _isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
