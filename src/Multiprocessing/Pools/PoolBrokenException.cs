namespace Multiprocessing;

/// <summary>
/// A <see cref="ProcessPool"/> has given up: its initializer failed (then <see cref="Exception.InnerException"/> is what it threw), or its
/// workers died again and again without a task being the reason. All work that was pending ends with this exception, and every later call
/// throws it.
/// </summary>
public class PoolBrokenException : InvalidOperationException
{
    /// <summary>Initializes a new instance.</summary>
    public PoolBrokenException()
        : base("The pool is broken.")
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    /// <param name="message">The message.</param>
    public PoolBrokenException(string? message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and the exception that led to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The exception that led to this one.</param>
    public PoolBrokenException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
