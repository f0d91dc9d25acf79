namespace Multiprocessing.Messaging.Queues;

internal enum QueueOutcome
{
    Done,

    /// <summary>No room to put, or nothing to take.</summary>
    NotNow,

    /// <summary>The queue was completed; and, for who takes, is empty.</summary>
    Completed,
}
