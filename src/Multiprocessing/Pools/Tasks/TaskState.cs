namespace Multiprocessing.Pools;

/// <summary>Where a task is. Changed under the dispatcher's lock only.</summary>
internal enum TaskState : byte
{
    /// <summary>Being made; the dispatcher does not know it yet.</summary>
    New,

    /// <summary>In the dispatcher's queue.</summary>
    Queued,

    /// <summary>Given to a worker; whether it runs is known to the worker.</summary>
    Sent,

    /// <summary>It runs and was asked to stop; when the grace period is over, its worker is killed.</summary>
    Stopping,

    /// <summary>A batch whose worker is being killed because of one of its items.</summary>
    Killed,

    /// <summary>Its outcome is decided.</summary>
    Done,
}

/// <summary>Why a task is being stopped.</summary>
internal enum StopReason : byte
{
    None,
    Canceled,
    TimedOut,
}

/// <summary>How a task ended.</summary>
internal enum TaskOutcome : byte
{
    Pending,

    /// <summary>The worker has responded: a value, an exception or "cancelled".</summary>
    Responded,

    /// <summary>By the caller's token.</summary>
    Canceled,

    TimedOut,
    WorkerDied,

    /// <summary>The pool was terminated.</summary>
    Terminated,

    /// <summary>The pool broke; the exception says why.</summary>
    PoolBroken,
}
