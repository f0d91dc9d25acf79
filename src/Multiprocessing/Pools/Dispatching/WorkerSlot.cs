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

    /// <summary>A small number that no other worker of the pool has while this one lives.</summary>
    internal required int Id { get; init; }

    /// <summary>Their items together.</summary>
    internal int SentItems { get; set; }

    /// <summary>Calls with a key whose home this worker is, in their order, as long as it has no room for them.</summary>
    internal TaskDeque Waiting { get; } = new();

    /// <summary>How many keys have it as their home.</summary>
    internal int Keys { get; set; }

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

    /// <summary>
    /// It was stopped from outside before it took what it was given, which went elsewhere. It counts as nothing until it goes on.
    /// </summary>
    internal bool IsStopped { get; set; }

    /// <summary>How many tasks it may hold at a time, see <see cref="PrefetchDepth"/>.</summary>
    internal PrefetchDepth Depth { get; } = new();

    /// <summary>Tasks, and items of batches, that it has finished.</summary>
    internal long Finished { get; set; }

    /// <summary>What ran, and how many items of it had ended, when the dispatcher last looked for stalled workers; 0: nothing.</summary>
    internal (long TaskId, int Finished) LastLook { get; set; }

    /// <summary><see cref="Finished"/> when the dispatcher last looked at its memory.</summary>
    internal long FinishedAtMemoryLook { get; set; }

    /// <summary>Why it is being killed, if that is the reason of its death and not its task's end; null: the death says it.</summary>
    internal string? KillReason { get; set; }

    /// <summary>When the first of <see cref="Sent"/> may run out of time, at the earliest; <see cref="long.MaxValue"/>: never.</summary>
    internal long TaskDue { get; set; } = long.MaxValue;

    /// <summary>The task that was asked to stop, and when the worker is killed if it has not by then.</summary>
    internal PoolTask? Stopping { get; set; }

    /// <summary>When a task's grace period, or the time to end cleanly, is over.</summary>
    internal long KillDue { get; set; } = long.MaxValue;

    /// <summary>When the start, or the initializer, has taken too long.</summary>
    internal long StartDue { get; set; } = long.MaxValue;

    internal bool InitializerRuns { get; set; }

    /// <summary>How many tasks it is given in its life.</summary>
    internal required long TaskLimit { get; init; }

    /// <summary>At which <see cref="Finished"/> to see to a successor.</summary>
    internal long SuccessorAt { get; set; } = long.MaxValue;

    /// <summary>Nearly at its last task: a successor is being kept ready.</summary>
    internal bool IsNearLimit { get; set; }

    /// <summary>When it is too old; <see cref="long.MaxValue"/>: never.</summary>
    internal long AgeDue { get; set; } = long.MaxValue;

    /// <summary>Goes on until its successor is ready, and is replaced then.</summary>
    internal bool IsDue { get; set; }

    /// <summary>Gets no more tasks and ends when it has finished those it has.</summary>
    internal bool IsRetiring { get; set; }

    /// <summary>It was ended because nobody needs it: its end is no death.</summary>
    internal bool IsDismissed { get; set; }

    /// <summary>It was killed because of a task, and counted as a death then.</summary>
    internal bool IsDeathCounted { get; set; }

    /// <summary>When its last task ended; only known while somebody observes the pool.</summary>
    internal long LastEndAt { get; set; }

    /// <summary>When it last reported a short task, see Dispatcher.Awake.cs; only known if there are more workers than processors.</summary>
    internal long ReportedAt { get; set; }

    /// <summary>When it was started.</summary>
    internal long StartedAt { get; init; }

    /// <summary>Looks in a row at which it was idle and had finished nothing since the one before.</summary>
    internal int IdleLooks { get; set; }

    /// <summary><see cref="Finished"/> at the last look for idle workers.</summary>
    internal long FinishedAtIdleLook { get; set; } = -1;

    internal bool HasRoom => CanWork && !IsBlocked && !IsRetiring && Sent.Count < (IsStalled ? 1 : Depth.Value) && ItemsLeft > 0;

    /// <summary>How many items it may still be given.</summary>
    internal long ItemsLeft => TaskLimit - Finished - SentItems;

    /// <summary>It has done what it will do: nothing is left but to end it.</summary>
    internal bool HasServed => State == WorkerState.Ready && Sent.Count == 0 && (IsRetiring || Finished >= TaskLimit);

    internal bool CanWork => State == WorkerState.Ready && !IsSpare && !IsStopped;

    internal bool IsLive => State is WorkerState.Starting or WorkerState.Ready && !IsStopped;

    public override string ToString() =>
        $"worker {Worker.Id}: {State}, {Sent.Count} sent, {Finished} finished{Flag(IsSpare, "spare")}{Flag(IsIdle, "idle")}{Flag(IsBlocked, "blocked")}"
        + $"{Flag(IsStalled, "stalled")}{Flag(IsRetiring, "retiring")}{Flag(IsDue, "due")}{Flag(Worker.IsStopped, "stopped")}"
        + $", task due {TaskDue}, kill due {KillDue}, start due {StartDue}{(Sent.Count > 0 ? $", first task {Sent[0].State}" : "")}";

    private static string Flag(bool isSet, string name) => isSet ? $", {name}" : "";
}
