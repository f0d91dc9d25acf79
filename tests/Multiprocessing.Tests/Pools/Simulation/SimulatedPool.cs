using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Simulation;

/// <summary>A dispatcher whose workers and clock are simulated; everything happens on the test's thread, one step after the other.</summary>
internal sealed class SimulatedPool : IWorkerFactory
{
    internal SimulatedPool(
        int workers,
        int spares = 0,
        int maxWorkerFailures = 3,
        double graceSeconds = 1,
        int minWorkers = 0,
        double idleSeconds = -1,
        long? taskLimit = null,
        double ageSeconds = -1,
        long? memoryLimit = null,
        long? memoryRecycling = null,
        int mostKeys = 65_536,
        int processors = int.MaxValue)
    {
        var settings = new DispatcherSettings
        {
            MinWorkers = minWorkers,
            MostKeys = mostKeys,
            IdleTimeout = Ticks(idleSeconds),
            TaskLimit = taskLimit ?? long.MaxValue,
            AgeLimit = Ticks(ageSeconds),
            MemoryLimit = memoryLimit ?? long.MaxValue,
            MemoryRecycling = memoryRecycling ?? long.MaxValue,
            Workers = workers,
            Processors = processors,
            Spares = spares,
            InitializerTimeout = DispatcherSettings.Ticks(TimeSpan.FromSeconds(5)),
            GracePeriod = DispatcherSettings.Ticks(TimeSpan.FromSeconds(graceSeconds)),
            MaxWorkerFailures = maxWorkerFailures,
        };
        Dispatcher = new Dispatcher(this, settings, Clock.Attach);
        Dispatcher.Begin();
    }

    internal SimulatedClock Clock { get; } = new();

    internal Dispatcher Dispatcher { get; }

    internal List<SimulatedWorker> Workers { get; } = [];

    internal List<SimulatedTask> Tasks { get; } = [];

    internal IEnumerable<SimulatedWorker> Live => Workers.Where(worker => !worker.IsDead);

    /// <summary>Calls, and items of batches.</summary>
    internal int SubmittedItems { get; private set; }

    internal bool IsDisposed { get; private set; }

    internal bool CannotStart { get; set; }

    public IWorker Start(int number, int workerId, IWorkerEvents events)
    {
        if (CannotStart)
        {
            throw new IOException("no processes left");
        }
        Workers.Add(new SimulatedWorker(number, events, Clock));
        return Workers[^1];
    }

    public void Dispose() => IsDisposed = true;

    public override string ToString() =>
        $"""
        {Dispatcher.State}, clock {(Clock.IsSet ? "set" : "not set")} at {Clock.Now}
        {string.Join(Environment.NewLine, Workers)}
        {string.Join(Environment.NewLine, Tasks)}
        """;

    internal SimulatedTask Submit(
        bool takesToken = false,
        double timeoutSeconds = -1,
        TaskPriority priority = TaskPriority.Normal,
        bool isPart = false,
        RetryPolicy? retry = null,
        object? key = null,
        CancellationToken token = default)
    {
        var task = SimulatedTask.Create(takesToken, Ticks(timeoutSeconds), priority, isPart, key, token);
        task.Retry = retry ?? RetryPolicy.None;
        Dispatcher.Submit(task);
        SubmittedItems++;
        Tasks.Add(task);
        return task;
    }

    internal SimulatedTask SubmitBatch(
        int items,
        bool takesToken = false,
        double timeoutSeconds = -1,
        bool isChunk = false,
        long estimate = 0,
        TaskPriority priority = TaskPriority.Normal,
        bool isPart = false,
        RetryPolicy? retry = null,
        CancellationToken token = default)
    {
        var task = new SimulatedTask
        {
            Function = ReadyAll,
            TakesToken = takesToken,
            TimeoutTicks = Ticks(timeoutSeconds),
            Token = token,
            Retry = retry ?? RetryPolicy.None,
            BatchSize = items,
            IsChunk = isChunk,
            Estimate = estimate,
            Parts = Tasks,
            Priority = priority,
            IsPartOfInput = isPart,
        };
        Dispatcher.Submit(task);
        SubmittedItems += items;
        Tasks.Add(task);
        return task;
    }

    internal SimulatedTask[] Submit(int count) => [.. Enumerable.Range(0, count).Select(_ => Submit())];

    /// <summary>Starts and readies the workers that the dispatcher wants.</summary>
    internal void ReadyAll()
    {
        for (var i = 0; i < Workers.Count; i++)
        {
            if (Workers[i] is { IsReady: false, IsDead: false, IsKilled: false } worker)
            {
                worker.BecomeReady();
            }
        }
    }

    /// <summary>What workers do by themselves, until nothing happens any more.</summary>
    internal void Settle()
    {
        var steps = 0;
        bool moved;
        Workers.ForEach(worker => worker.IsStopped = false);
        do
        {
            moved = false;
            for (var i = 0; i < Workers.Count; i++)
            {
                moved |= Step(Workers[i]);
            }
            if (!moved && Clock.IsSet && (Tasks.Exists(task => task.Ends == 0) || Live.Any()))
            {
                // Only time helps: a back-off, a grace period.
                Clock.Advance(TimeSpan.FromSeconds(11));
                moved = true;
            }
            Assert.True(++steps < 100_000, "The pool does not come to rest.");
        }
        while (moved);
    }

    private static long Ticks(double seconds) => seconds < 0 ? -1 : DispatcherSettings.Ticks(TimeSpan.FromSeconds(seconds));

    private static bool Step(SimulatedWorker worker)
    {
        if (worker.IsDead)
        {
            return false;
        }
        if (worker.IsKilled || (worker.IsCompleted && worker.Running is null))
        {
            worker.Die();
        }
        else if (!worker.IsReady)
        {
            worker.BecomeReady();
        }
        else if (!worker.Start() && !worker.Finish() && !worker.ReportAll())
        {
            return false;
        }
        return true;
    }
}
