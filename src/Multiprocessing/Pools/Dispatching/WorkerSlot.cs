namespace Multiprocessing.Pools;

/// <summary>Where a worker is. Changed under the dispatcher's lock only.</summary>
internal enum WorkerState : byte
{
    /// <summary>Started; its initializer may be running.</summary>
    Starting,

    /// <summary>Takes tasks, busy or idle; or waits as a spare.</summary>
    Ready,

    /// <summary>Told to end; it has no tasks.</summary>
    Draining,

    /// <summary>Being killed.</summary>
    Dying,

    /// <summary>Gone; no event follows.</summary>
    Dead,
}

/// <summary>The dispatcher's notes about one worker, under its lock.</summary>
internal sealed class WorkerSlot
{
    /// <summary>Tasks that the worker has and has not finished, in the order of sending; the first one runs, or is about to.</summary>
    internal TaskDeque Sent { get; } = new();

    internal IWorker Worker { get; set; } = null!;

    internal WorkerState State { get; set; }

    /// <summary>Kept to replace another one; takes no tasks until then.</summary>
    internal bool IsSpare { get; set; }

    /// <summary>In the dispatcher's stack of workers that have nothing to do.</summary>
    internal bool IsIdle { get; set; }

    /// <summary>It refused a task: it says when it has room, or gets the next one when it has one less.</summary>
    internal bool IsBlocked { get; set; }

    /// <summary>What it runs takes long or is being stopped: it gets nothing in advance until that has ended.</summary>
    internal bool IsStalled { get; set; }

    /// <summary>How many tasks it may hold at a time, see <see cref="PrefetchDepth"/>.</summary>
    internal PrefetchDepth Depth { get; } = new();

    /// <summary>Tasks that it has finished.</summary>
    internal long Finished { get; set; }

    /// <summary><see cref="Finished"/> when the dispatcher last looked for stalled workers.</summary>
    internal long FinishedAtLastLook { get; set; }

    /// <summary>When the first of <see cref="Sent"/> may run out of time, at the earliest; <see cref="long.MaxValue"/>: never.</summary>
    internal long TaskDue { get; set; } = long.MaxValue;

    /// <summary>The task that was asked to stop, and when the worker is killed if it has not by then.</summary>
    internal PoolTask? Stopping { get; set; }

    /// <summary>When a task's grace period, or the time to end cleanly, is over.</summary>
    internal long KillDue { get; set; } = long.MaxValue;

    /// <summary>When the start, or the initializer, has taken too long.</summary>
    internal long StartDue { get; set; } = long.MaxValue;

    internal bool InitializerRuns { get; set; }

    internal bool HasRoom => State == WorkerState.Ready && !IsSpare && !IsBlocked && Sent.Count < (IsStalled ? 1 : Depth.Value);

    internal bool CanWork => State == WorkerState.Ready && !IsSpare;

    internal bool IsLive => State is WorkerState.Starting or WorkerState.Ready;
}
