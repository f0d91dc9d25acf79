using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// Decides which worker runs which task, and how every task ends: one state machine under one lock. docs/architecture.md ("Pools") has the
/// diagram and the invariants, which debug builds assert at every step. Callers' code never runs under the lock, nor on the threads that
/// report to it.
/// </summary>
internal sealed partial class Dispatcher : IWorkerEvents
{
    private readonly Lock _gate = new();
    private readonly IWorkerFactory _factory;
    private readonly DispatcherSettings _settings;
    private readonly IDeadlines _clock;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Tasks that no worker has, the next one first, with some that were cancelled in between.</summary>
    private readonly TaskQueue _queue = new();

    private readonly List<WorkerSlot> _slots = [];

    /// <summary>Workers with nothing to do; the last one was busy last and is used first.</summary>
    private readonly List<WorkerSlot> _idle = [];

    private PoolState _state;
    private PoolBrokenException? _broken;
    private List<PoolTask>? _concluded;
    private bool _hasEnded;

    /// <summary>How many tasks run at a time.</summary>
    private volatile int _workers;

    private int _canceledInQueue;
    private int _sentCount;
    private int _startedWorkers;
    private int _queuedItems;
    private int _sentItems;
    private int _cursor;
    private long _lastTaskId;
    private long _completedTasks;
    private long _workerDeaths;

    internal Dispatcher(IWorkerFactory factory, DispatcherSettings settings, Func<Action, IDeadlines> deadlines)
    {
        _factory = factory;
        _settings = settings;
        _workers = settings.Workers;
        _clock = deadlines(OnAlarm);
    }

    /// <summary>Ends when the last worker is gone after Complete or Terminate; fails when the pool broke.</summary>
    internal Task Completion => _completion.Task;

    /// <summary>For tests.</summary>
    internal PoolState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Whether tasks are being done.</summary>
    private bool IsActive => _state is PoolState.Running or PoolState.Completing;

    /// <summary>Tasks that have not ended.</summary>
    private int Pending => QueuedCount + _waitingCount + _sentCount + _delayed.Count;

    /// <summary>Tasks that wait for a worker.</summary>
    private int QueuedCount => _queue.Count - _canceledInQueue + _again.Count;

    /// <summary>Takes a task whose request is written. Throws if the pool takes no more work; then nothing happens to the task.</summary>
    internal void Submit(PoolTask task)
    {
        task.Dispatcher = this;
        task.RegisterToken();
        bool mustPublish;
        try
        {
            lock (_gate)
            {
                ThrowIfClosed(task.IsPartOfInput);
                task.Id = _lastTaskId + 1;
                _lastTaskId += task.ItemCount; // Each item has a number, however it travels.
                if (task.IsStopped)
                {
                    // Cancelled between the registration and here.
                    ConcludeLater(task, TaskOutcome.Canceled);
                }
                else
                {
                    Enqueue(task);
                }
                mustPublish = _concluded is not null || _sparesAreDue || IsOver();
                AssertInvariants();
            }
        }
        catch
        {
            task.Discard();
            throw;
        }
        if (mustPublish)
        {
            PublishConcluded();
        }
    }

    internal PoolStatistics GetStatistics()
    {
        IWorker[] workers;
        PoolStatistics statistics;
        lock (_gate)
        {
            workers = [.. _slots.Select(static slot => slot.Worker)];
            statistics = new PoolStatistics
            {
                ReadyWorkers = _slots.Count(static slot => slot.CanWork),
                IdleWorkers = _idle.Count,
                StartingWorkers = _slots.Count(static slot => slot.State == WorkerState.Starting),
                SpareWorkers = _slots.Count(static slot => slot is { State: WorkerState.Ready, IsSpare: true }),
                QueuedTasks = _queuedItems + _waitingCount + _delayed.Sum(static task => task.ItemCount),
                SentTasks = _sentItems,
                CompletedTasks = _completedTasks,
                WorkerDeaths = _workerDeaths,
                RecycledWorkers = _recycledWorkers,
                RetriedTasks = _retriedTasks,
            };
        }

        // Asks the system, so without the lock.
        statistics.StoppedWorkers = workers.Count(static worker => worker.IsStopped);
        return statistics;
    }

    private void Enqueue(PoolTask task)
    {
        if (task.StickyKey is not null)
        {
            EnqueueSticky(task);
            StartWorkers();
            Rebalance();
            return;
        }
        task.State = TaskState.Queued;
        _usesPriorities |= task.Priority != TaskPriority.Normal;
        if (QueuedCount > 0 || _usesPriorities || !TryPlace(task))
        {
            _queue.PushBack(task);
            _queuedItems += task.ItemCount;
            _mustRebalance |= _usesPriorities;
        }
        Rebalance();
        WakeForHeld(); // Also for what was more than a worker may still be given.
        StartWorkers();
        Rebalance();
    }

    /// <summary>Throws if the pool takes no more work; <paramref name="isPart"/>: it is of a map or stream that began before.</summary>
    private void ThrowIfClosed(bool isPart)
    {
        switch (_state)
        {
            case PoolState.Completing when !isPart:
                throw new InvalidOperationException("The pool takes no more work: it was completed.");
            case PoolState.Terminated when isPart:
                throw new OperationCanceledException("The pool was terminated.");
            case PoolState.Terminated:
                throw new InvalidOperationException("The pool takes no more work: it was terminated.");
            case PoolState.Broken:
                throw new PoolBrokenException(_broken!.Message, _broken.InnerException);
            default:
                break;
        }
    }

    /// <summary>Decides a task's outcome; <see cref="PublishConcluded"/> must follow once the lock is left.</summary>
    private void ConcludeLater(PoolTask task, TaskOutcome outcome, WorkerExit? exit = null)
    {
        task.Conclude(outcome, exit, _broken);
        _ends.Count(task);
        _completedTasks += task.ItemCount;
        (_concluded ??= []).Add(task);
    }

    /// <summary>Tells callers what was decided under the lock. Called without it.</summary>
    private void PublishConcluded()
    {
        Debug.Assert(!_gate.IsHeldByCurrentThread, "Outcomes are published without the lock.");
        List<PoolTask>? concluded;
        bool ends;
        bool startsSpares;
        lock (_gate)
        {
            concluded = _concluded;
            _concluded = null;
            startsSpares = _sparesAreDue;
            _sparesAreDue = false;
            ends = !_hasEnded && IsOver();
            _hasEnded |= ends;
        }
        if (concluded is not null)
        {
            foreach (var task in concluded)
            {
                task.Publish();
            }
        }
        if (ends)
        {
            End();
        }
        if (startsSpares)
        {
            StartSpares();
        }
    }
}
