namespace Multiprocessing.Messaging.Rings;

/// <summary>The word in a channel that tells a worker whom to wake: the collector, or a thread that waits for this channel alone.</summary>
internal enum DirectWaiter
{
    /// <summary>Nobody waits here: ring the doorbell of the collector.</summary>
    None = 0,

    /// <summary>A thread waits here and looks by itself.</summary>
    Awake = 1,

    /// <summary>A thread sleeps on this word.</summary>
    Asleep = 2,
}
