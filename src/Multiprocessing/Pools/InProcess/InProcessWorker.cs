using System.Diagnostics;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// A worker that is a thread of this process. It cannot be killed: <see cref="Kill"/> leaves the thread alone with what it runs, reports the
/// worker as dead, and the thread ends when the work returns.
/// </summary>
internal sealed partial class InProcessWorker : IWorker
{
    private readonly object _gate = new();
    private readonly List<InProcessTask> _waiting = [];
    private readonly IWorkerEvents _events;
    private readonly TaskRunner _runner;
    private readonly IncomingSymbols _symbols = new();
    private InProcessTask? _running;
    private bool _isCompleted;
    private bool _isKilled;
    private bool _isAbandoned;

    /// <summary>With the initializer or the exit hook.</summary>
    private bool _isBusyOtherwise = true;

    private InProcessWorker(int number, int workerId, IWorkerEvents events, WorkerSetup setup)
    {
        Id = number;
        _events = events;
        _runner = new TaskRunner(setup, _symbols, new PoolWorker(workerId, new InProcessReports()));
    }

    public int Id { get; }

    public long OwnMemory => 0;

    public bool IsStopped => false;

    public long LastRun => 0;

    internal static InProcessWorker Start(int number, int workerId, IWorkerEvents events, WorkerSetup setup)
    {
        var worker = new InProcessWorker(number, workerId, events, setup);
        new Thread(worker.Run) { IsBackground = true, Name = $"mp-worker-{number}" }.UnsafeStart();
        return worker;
    }

    public bool TrySend(PoolTask task)
    {
        lock (_gate)
        {
            _waiting.Add(new InProcessTask(task));
            Monitor.Pulse(_gate);
            return true;
        }
    }

    public bool TryRevoke(PoolTask task)
    {
        lock (_gate)
        {
            var index = _waiting.FindLastIndex(waiting => ReferenceEquals(waiting.Task, task));
            if (index < 0)
            {
                return false;
            }
            _waiting[index].Dispose();
            _waiting.RemoveAt(index);
            return true;
        }
    }

    public void RequestCancellation(PoolTask task)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_running?.Task, task))
            {
                _running.Cancel();
            }
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Kill()
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return;
            }
            _isKilled = true;
            Monitor.Pulse(_gate);
            if (_running is not null || _isBusyOtherwise)
            {
                // The thread may never come back, so another one has to report.
                _isAbandoned = true;
                _running?.Cancel();
                Seal(_running?.Batch);
                ThreadPool.UnsafeQueueUserWorkItem(ReportAbandoned, _running?.Task, preferLocal: false);
            }
        }
    }

    public long RunningSince(PoolTask task)
    {
        lock (_gate)
        {
            return ReferenceEquals(_running?.Task, task) ? _running.RunningSince : 0;
        }
    }

    private void Run()
    {
        _runner.Worker.EnterContext();
        _events.Connected(this);
        var failure = Initialize();
        lock (_gate)
        {
            _isBusyOtherwise = false;
            if (_isAbandoned)
            {
                return;
            }
        }
        if (failure is null)
        {
            _events.Ready(this);
        }
        else
        {
            _events.InitializerFailed(this, failure);
        }
        while (RunNext())
        {
        }
        if (!_isAbandoned && End())
        {
            _events.Died(this, Exit("ended"), null);
        }
    }

    /// <summary>Runs the exit hook, unless the worker is being killed. False: it has been abandoned meanwhile.</summary>
    private bool End()
    {
        lock (_gate)
        {
            if (_isKilled)
            {
                return true;
            }
            _isBusyOtherwise = true;
        }
        _runner.End(Kill);
        lock (_gate)
        {
            _isBusyOtherwise = false;
            return !_isAbandoned;
        }
    }

    /// <summary>In a frame of its own: while the thread waits for the next task, nothing keeps the last one and its result alive.</summary>
    private bool RunNext()
    {
        if (Next() is not { } task || !(task.Batch is { } batch ? ExecuteBatch(task, batch) : Execute(task)))
        {
            return false;
        }
        _events.Finished(this, [task.Task]);
        return true;
    }

    /// <summary>What the user's initializer throws, whatever it is, fails the pool.</summary>
    private Exception? Initialize()
    {
        try
        {
            _runner.Initialize();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>The next task; null when there will be none.</summary>
    private InProcessTask? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isKilled && !_isCompleted)
            {
                Monitor.Wait(_gate);
            }
            if (_isKilled || _waiting.Count == 0)
            {
                return null;
            }
            var task = _waiting[0];
            _waiting.RemoveAt(0);
            task.TakeToken();
            task.StartedAt = Stopwatch.GetTimestamp();
            return _running = task;
        }
    }

    /// <summary>Runs a task and puts the response into it. False: nobody waits for it any more.</summary>
    private bool Execute(InProcessTask task)
    {
        var response = PayloadWriter.Rent();
        try
        {
            response.KeepsHolds = true;
            Define(task.HighestSymbol);
            _runner.Run(task.Request, null, response, task.Token, task.Id, task.Attempt);
            lock (_gate)
            {
                _running = null;
                if (_isAbandoned)
                {
                    return false;
                }
            }
            Define(response.HighestSymbol);
            task.Task.SetResponse(response.Written, _symbols, holds: response.TakeHolds());
            return true;
        }
        finally
        {
            response.Return();
            task.Dispose();
        }
    }

    private void Define(int highest)
    {
        while (_symbols.Count <= highest)
        {
            _symbols.Define(_symbols.Count, OutgoingSymbols.Process.GetDefinition(_symbols.Count));
        }
    }

    /// <summary>The thread that is left alone runs no further item; how far it is now is what counts.</summary>
    private static void Seal(InProcessBatch? batch)
    {
        if (batch is not null)
        {
            var count = batch.ItemCount;
            batch.TakeBack(int.MaxValue);
            var begun = batch.Words.Progress(count).Begun;
            batch.Task.ItemsBegun = begun;
            batch.Task.ItemsFinished = Math.Min(begun, batch.Task.ReceivedItems);
        }
    }

    private void ReportAbandoned(PoolTask? running) => _events.Died(this, Exit("abandoned: a thread cannot be killed"), running);

    private static WorkerExit Exit(string reason) => new() { ProcessId = Environment.ProcessId, Reason = reason };
}
