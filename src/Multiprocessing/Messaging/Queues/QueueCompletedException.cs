namespace Multiprocessing;

/// <summary>The queue was completed: nothing can be put any more; and if a get says so, everything was taken.</summary>
public sealed class QueueCompletedException : InvalidOperationException
{
    internal QueueCompletedException(string message)
        : base(message)
    {
    }
}
