using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

/// <summary>Random sequences of everything that can happen to a pool: every handle ends exactly once, and nothing runs twice.</summary>
public sealed class DispatcherPropertyTests
{
    private static readonly Gen<(int Step, int Number)[]> Sequences = Gen.Select(Gen.Int[0, 114], Gen.Int[0, 1000]).Array[0, 120];

    private static readonly Gen<Settings> AllSettings =
        from workers in Gen.Int[1, 4]
        from processors in Gen.Int[1, 4]
        from spares in Gen.Int[0, 2]
        from minWorkers in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 5]))
        from taskLimit in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 9]))
        from ageSeconds in Gen.Frequency((2, Gen.Const(-1.0)), (1, Gen.Double[0, 1]))
        from idleSeconds in Gen.Frequency((2, Gen.Const(-1.0)), (1, Gen.Double[0, 1]))
        from memoryLimit in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 1000]))
        from memoryRecycling in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 1000]))
        select new Settings(workers, processors, spares, minWorkers, taskLimit, ageSeconds, idleSeconds, memoryLimit, memoryRecycling);

    /// <summary>Debug builds are slower, and assert the invariants more often than once per step.</summary>
#if DEBUG
    private const int Usual = 20_000;
#else
    private const int Usual = 100_000;
#endif

    private static readonly int Iterations =
        Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_SEQUENCES") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : Usual;

    [Fact(Timeout = 120_000)]
    [Trait("PainPoint", "14")]
    public async Task Every_task_ends_exactly_once_and_is_started_once_per_attempt()
    {
        await Task.Yield();
        Gen.Select(AllSettings, Sequences).Sample(Run, iter: Iterations, threads: Environment.ProcessorCount);
    }

    private static void Run(Settings settings, (int Step, int Number)[] steps)
    {
        var pool = settings.Create();
        var inputs = new Stack<OpenInput>();
        var tokens = new List<CancellationTokenSource>();
        foreach (var (step, number) in steps)
        {
            Do(pool, tokens, inputs, step, number);
            CheckNow(pool);
            CheckPriorities(pool);
            CheckKills(pool);
        }
        while (inputs.TryPop(out var input))
        {
            input.Dispose();
        }
        CheckStopped(pool);
        pool.Settle();
        if (steps.Length % 2 == 0)
        {
            pool.Dispatcher.Complete();
        }
        else
        {
            pool.Dispatcher.Terminate();
        }
        pool.Settle();

        CheckOutcomes(pool);
        Assert.All(pool.Workers, worker => Assert.InRange(worker.Starts, 0, settings.TaskLimit == 0 ? int.MaxValue : settings.TaskLimit));
        Assert.True(pool.Dispatcher.Completion.IsCompleted);
        Assert.True(pool.IsDisposed && pool.Clock.IsDisposed);
        Assert.Empty(pool.Live);
        tokens.ForEach(token => token.Dispose());
    }

    /// <summary>When the grace period is over, whatever was to be stopped and still runs has lost its worker.</summary>
    private static void CheckStopped(SimulatedPool pool)
    {
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var worker in pool.Workers)
        {
            if (worker is { IsDead: false, IsKilled: false, Running.IsStopped: true })
            {
                Assert.Fail($"{worker.Running} goes on.\n{pool}");
            }
        }
    }

    /// <summary>A kill hits one task: what the worker had beside it was taken back before.</summary>
    private static void CheckKills(SimulatedPool pool)
    {
        if (pool.Dispatcher.State is PoolState.Running or PoolState.Completing)
        {
            foreach (var worker in pool.Workers)
            {
                if (worker is { IsKilled: true, LeftAtKill: > 0 })
                {
                    Assert.Fail($"{worker} was killed and could have begun with {worker.LeftAtKill} more.\n{pool}");
                }
            }
        }
    }

    private static void CheckOutcomes(SimulatedPool pool)
    {
        var items = 0;
        var retries = 0;
        var last = new Dictionary<object, SimulatedTask>();
        foreach (var task in pool.Tasks)
        {
            items += task.Items.Count;
            if (task is { StickyKey: { } key, Starts: > 0, Attempt: 1 })
            {
                Assert.True(!last.TryGetValue(key, out var before) || before.Started.Order < task.Started.Order, $"{task} was overtaken.");
                last[key] = task;
            }
            var isRight = task.Ends == 1 && task.Attempt >= 1 && task.Attempt <= task.Retry.MaxRetries + 1;
            retries += task.ItemCount > 0 ? task.Attempt - 1 : 0;
            foreach (var item in task.Items)
            {
                isRight &= item.Ends == 1 && item.Starts >= task.Attempt - 1 && item.Starts <= task.Attempt
                    && (item.Outcome != "done" || (item.Starts == task.Attempt && item.Finishes > 0));
            }
            if (!isRight)
            {
                Assert.Fail($"{task} ended {task.Ends} times.\n{pool}");
            }
        }
        Assert.Equal(pool.SubmittedItems, items);
        Assert.Equal(retries, pool.Dispatcher.GetStatistics().RetriedTasks);
    }

    /// <summary>Debug builds have done so already.</summary>
    [Conditional("RELEASE")]
    private static void CheckNow(SimulatedPool pool) => pool.Dispatcher.CheckNow();

    /// <summary>No task was given in advance that would start before a more urgent one that waits.</summary>
    private static void CheckPriorities(SimulatedPool pool)
    {
        if (pool.Dispatcher.HighestWaiting is { } highest)
        {
            foreach (var worker in pool.Workers)
            {
                if (!worker.IsKilled && !worker.IsDead)
                {
                    foreach (var task in worker.Waiting)
                    {
                        // A batch of which everything was taken back runs nothing and holds nobody up.
                        if (task is { Attempt: 1, ItemCount: > 0 } && task.Priority < highest)
                        {
                            Assert.Fail($"Something more urgent waits than {task}.\n{pool}");
                        }
                    }
                }
            }
        }
    }

    private static void Do(SimulatedPool pool, List<CancellationTokenSource> tokens, Stack<OpenInput> inputs, int step, int number)
    {
        var worker = pool.Workers.Count == 0 ? null : pool.Workers[number % pool.Workers.Count];
        var alive = worker is { IsDead: false, IsKilled: false };
        switch (step)
        {
            case < 25:
                Submit(pool, tokens, number, isPart: inputs.Count > 0 && number % 3 == 0);
                break;
            case < 40 when alive && worker is { IsReady: false, IsStopped: false }:
                worker.BecomeReady();
                break;
            case < 60 when worker is { IsReady: true }:
                worker.Start();
                break;
            case < 75 when worker is { IsDead: false }:
                worker.Finish(worker.WasAskedToStop && number % 3 == 0 ? ResponseStatus.Canceled : ResponseStatus.Ok, number % 5 != 0);
                break;
            case < 83 when tokens.Count > 0:
                tokens[number % tokens.Count].Cancel();
                break;
            case < 88 when worker is { IsDead: false }:
                worker.Die();
                break;
            case < 93:
                pool.Clock.Advance(TimeSpan.FromMilliseconds(number));
                break;
            case < 94 when worker is { IsDead: false }:
                worker.ReportAll();
                break;
            case < 95 when alive && worker!.IsReady:
                worker.MakeRoom(worker.Room == int.MaxValue ? 1 : int.MaxValue);
                break;
            case 95:
                OpenOrClose(pool, inputs, number);
                break;
            case 96 when number % 4 == 0:
                pool.Dispatcher.Complete();
                break;
            case 97 when number % 8 == 0:
                pool.Dispatcher.Terminate();
                break;
            case 98 when alive && !worker!.IsReady && number % 8 == 0:
                worker.FailInitializer();
                break;
            case > 110 when alive:
                worker!.OwnMemory = number;
                break;
            case > 106 and < 111 when alive:
                worker!.IsStopped = !worker.IsStopped;
                break;
            case > 99:
                pool.Dispatcher.Resize(1 + (number % 5));
                break;
            default:
                break;
        }
    }

    private static void OpenOrClose(SimulatedPool pool, Stack<OpenInput> inputs, int number)
    {
        if (number % 2 == 0 && inputs.TryPop(out var input))
        {
            input.Dispose();
        }
        else if (pool.Dispatcher.State == PoolState.Running)
        {
            inputs.Push(new OpenInput(pool.Dispatcher));
        }
    }

    private static void Submit(SimulatedPool pool, List<CancellationTokenSource> tokens, int number, bool isPart)
    {
        var token = CancellationToken.None;
        if (number % 2 == 0)
        {
            tokens.Add(new CancellationTokenSource());
            token = tokens[^1].Token;
        }
        try
        {
            var timeout = number % 5 == 0 ? number / 1000.0 : -1;
            var priority = number % 4 == 0 ? (TaskPriority)((number % 5) - 2) : TaskPriority.Normal;
            if (number % 7 < 3)
            {
                var estimate = number % 17 == 0 ? 1 : 0;
                pool.SubmitBatch(
                    1 + (number % 11), number % 3 == 0, timeout, isChunk: number % 13 == 0, estimate, priority, isPart, Retry(number), token);
            }
            else
            {
                object? key = number % 3 == 1 && !isPart ? number % 4 : null;
                pool.Submit(takesToken: number % 3 == 0, timeout, key is null ? priority : TaskPriority.Normal, isPart, Retry(number), key, token);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException || (isPart && exception is OperationCanceledException))
        {
            // The sequence has ended the pool before.
            Assert.NotEqual(PoolState.Running, pool.Dispatcher.State);
        }
    }

    private static RetryPolicy? Retry(int number) => number % 4 != 1
        ? null
        : new RetryPolicy
        {
            MaxRetries = number % 3,
            InitialDelay = TimeSpan.FromMilliseconds(number % 7 * 50),
            RetriesTimeouts = number % 11 < 5,
        };

    private sealed record Settings(
        int Workers,
        int Processors,
        int Spares,
        int MinWorkers,
        int TaskLimit,
        double AgeSeconds,
        double IdleSeconds,
        int MemoryLimit,
        int MemoryRecycling)
    {
        internal SimulatedPool Create() => new(
            Workers,
            Spares,
            maxWorkerFailures: 4,
            minWorkers: MinWorkers,
            idleSeconds: IdleSeconds,
            taskLimit: TaskLimit == 0 ? null : TaskLimit,
            ageSeconds: AgeSeconds,
            memoryLimit: MemoryLimit == 0 ? null : MemoryLimit,
            memoryRecycling: MemoryRecycling == 0 ? null : MemoryRecycling,
            processors: Processors);
    }
}
