namespace Multiprocessing.Chaos;

/// <summary>The ways in which an item may end; each ends in exactly one.</summary>
internal enum Outcome
{
    /// <summary>With the right value.</summary>
    Value,

    /// <summary>With the exception that it threw.</summary>
    OwnException,

    WorkerDied,
    TimedOut,
    Canceled,

    /// <summary>Its pool was terminated.</summary>
    Terminated,

    /// <summary>Its pool had given up.</summary>
    Broken,

    /// <summary>The pool took no more work: the item was never submitted.</summary>
    Refused,

    /// <summary>Its result was not asked for any more: of an abandoned stream, or of a map that another item has failed.</summary>
    Unseen,
}
