namespace Multiprocessing;

/// <summary>Work of a <see cref="ProcessPool"/> took longer than its time limit and was stopped.</summary>
public class TaskTimeoutException : TimeoutException
{
    /// <summary>Initializes a new instance.</summary>
    public TaskTimeoutException()
        : this("The task took longer than its time limit.")
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    /// <param name="message">The message.</param>
    public TaskTimeoutException(string? message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and the exception that led to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The exception that led to this one.</param>
    public TaskTimeoutException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal TaskTimeoutException(string taskDescription, TimeSpan timeout, int attempt = 1)
        : base($"The task {taskDescription} took longer than its time limit of {timeout.TotalMilliseconds:N0} ms and was stopped.")
    {
        TaskDescription = taskDescription;
        Timeout = timeout;
        Attempt = attempt;
    }

    /// <summary>The method that was running, as <c>Type.Method</c>; empty if unknown.</summary>
    public string TaskDescription { get; } = "";

    /// <summary>How often the work was tried, see <see cref="RetryPolicy"/>; from 1.</summary>
    public int Attempt { get; } = 1;

    /// <summary>The time limit that was exceeded.</summary>
    public TimeSpan Timeout { get; }
}
