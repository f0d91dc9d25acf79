using Multiprocessing.Pools;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Pools.Simulation;

/// <summary>A worker whose every step is a test's: it starts, runs, finishes and dies when told to.</summary>
internal sealed class SimulatedWorker(int id, IWorkerEvents events, SimulatedClock clock) : IWorker
{
    private readonly List<SimulatedTask> _waiting = [];
    private readonly List<PoolTask> _unreported = [];
    private static long AllStarts;
    private bool _hasRefused;

    public int Id => id;

    internal IReadOnlyList<SimulatedTask> Waiting => _waiting;

    internal SimulatedTask? Running { get; private set; }

    /// <summary>How far the batch is that runs.</summary>
    internal BatchProgress RunningProgress { get; private set; }

    /// <summary>How often it was asked to publish what has ended of a batch.</summary>
    internal int Harvests { get; private set; }

    internal bool IsReady { get; private set; }

    internal bool IsDead { get; private set; }

    internal bool IsKilled { get; private set; }

    /// <summary>
    /// What it could still have begun with before the kill reached it: other tasks, and other items of the batch of which one was to be stopped.
    /// </summary>
    internal int LeftAtKill { get; private set; }

    internal bool IsCompleted { get; private set; }

    internal bool WasAskedToStop { get; private set; }

    /// <summary>How many tasks fit.</summary>
    internal int Room { get; set; } = int.MaxValue;

    /// <summary>How many tasks were taken back.</summary>
    internal int Revocations { get; private set; }

    /// <summary>How many tasks it has started.</summary>
    internal int Starts { get; private set; }

    private long RunningFrom { get; set; }

    public long OwnMemory { get; set; }

    public bool IsStopped { get; set; }

    public long LastRun { get; private set; }

    public bool TrySend(PoolTask task)
    {
        Assert.True(IsReady && !IsDead && !IsKilled && !IsCompleted, "Tasks go to workers that are ready.");
        if (_waiting.Count >= Room)
        {
            _hasRefused = true;
            return false;
        }
        _waiting.Add((SimulatedTask)task);
        return true;
    }

    public bool TryRevoke(PoolTask task)
    {
        // From the end: that is where nearly all of them are.
        var index = _waiting.LastIndexOf((SimulatedTask)task);
        if (index < 0)
        {
            return false;
        }
        _waiting.RemoveAt(index);
        Revocations++;
        return true;
    }

    public int TakeBackItems(PoolTask batch, int most)
    {
        Assert.True(batch.IsBatch);
        var begun = ReferenceEquals(batch, Running) ? RunningProgress.Begun : _waiting.Contains((SimulatedTask)batch) ? 0 : batch.ItemCount;
        return Math.Min(most, batch.ItemCount - begun);
    }

    public BatchProgress Progress(PoolTask batch) =>
        ReferenceEquals(batch, Running) ? RunningProgress
        : _waiting.Contains((SimulatedTask)batch) ? default
        : new BatchProgress(batch.ItemCount, batch.ItemCount);

    public void Harvest(PoolTask batch) => Harvests++;

    public void RequestCancellation(PoolTask task)
    {
        Assert.True(task.TakesToken);
        WasAskedToStop |= ReferenceEquals(task, Running);
    }

    public void Complete()
    {
        Assert.True(_waiting.Count == 0 && Running is null, "Only a worker without tasks is told to end.");
        IsCompleted = true;
    }

    public void Kill()
    {
        Assert.False(IsDead);
        IsKilled = true;
        LeftAtKill = _waiting.Count + (Running is { IsStopped: true } stopped ? stopped.ItemCount - RunningProgress.Begun : 0);
    }

    public long RunningSince(PoolTask task) => ReferenceEquals(task, Running) ? RunningFrom : 0;

    public override string ToString() =>
        $"{Id}: ready {IsReady}, dead {IsDead}, killed {IsKilled}, completed {IsCompleted}, waiting {_waiting.Count}, running {Running}";

    internal void BecomeReady()
    {
        events.Connected(this);
        IsReady = true;
        events.Ready(this);
    }

    internal void FailInitializer()
    {
        events.Connected(this);
        events.InitializerFailed(this, new FormatException("initializer"));
    }

    /// <summary>Begins the next task, or the next item of its batch; false if there is none or one is running.</summary>
    internal bool Start()
    {
        if (IsDead || IsStopped || (Running is null ? _waiting.Count == 0 : !TryClaim()))
        {
            return false;
        }
        if (Running is not null)
        {
            return true;
        }
        Running = _waiting[0];
        Running.Started = (id, Interlocked.Increment(ref AllStarts));
        _waiting.RemoveAt(0);
        RunningProgress = default;
        TryClaim();
        if (_hasRefused)
        {
            _hasRefused = false;
            events.HasRoom(this);
        }
        return true;
    }

    /// <summary>Ends the running task; its report, and those before it, reach the dispatcher now or only later.</summary>
    internal bool Finish(ResponseStatus status = ResponseStatus.Ok, bool isReported = true)
    {
        if (Running is not { } task || IsDead || IsStopped)
        {
            return false;
        }
        var (begun, finished) = RunningProgress;
        if (begun > finished)
        {
            task.Items[finished].Finishes++;
            LastRun = Math.Max(1, clock.Now - RunningFrom);
            RunningProgress = new BatchProgress(begun, begun);
        }
        if (begun < task.ItemCount)
        {
            return begun > finished;
        }
        Running = null;
        WasAskedToStop = false;
        if (!task.IsBatch)
        {
            task.SetResponse([(byte)status], IncomingSymbols.None);
        }
        _unreported.Add(task);
        if (isReported)
        {
            ReportAll();
        }
        return true;
    }

    /// <summary>False: there was nothing to report.</summary>
    internal bool ReportAll()
    {
        if (_unreported.Count == 0)
        {
            return false;
        }
        var reports = _unreported.Chunk(IWorkerEvents.MostFinished).ToArray();
        _unreported.Clear();
        Array.ForEach(reports, tasks => events.Finished(this, tasks));
        return true;
    }

    /// <summary>Claims the next item of what runs; a call has one.</summary>
    private bool TryClaim()
    {
        var (begun, finished) = RunningProgress;
        if (begun > finished || begun >= Running!.ItemCount)
        {
            return false;
        }
        Running.Items[begun].Starts++;
        Starts++;
        RunningFrom = clock.Now;
        RunningProgress = new BatchProgress(begun + 1, finished);
        return true;
    }

    internal void MakeRoom(int room)
    {
        Room = room;
        _hasRefused = false;
        events.HasRoom(this);
    }

    internal void Die()
    {
        ReportAll();
        IsDead = true;
        if (Running is { IsBatch: true } batch)
        {
            (batch.ItemsBegun, batch.ItemsFinished) = RunningProgress;
        }
        events.Died(this, new WorkerExit { ProcessId = id, ExitCode = -9, SignalName = "SIGKILL", Reason = "SIGKILL" }, Running);
    }
}
