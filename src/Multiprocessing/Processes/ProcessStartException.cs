namespace Multiprocessing;

/// <summary>
/// A new process never came to its work: its runtime ended or said nothing in time, its binaries are not those of its parent, or
/// what it should take over from its parent (a working directory, a priority) was refused. The message has what it wrote meanwhile.
/// </summary>
public sealed class ProcessStartException : Exception
{
    /// <summary>Creates an exception without a message of its own.</summary>
    public ProcessStartException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public ProcessStartException(string? message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    public ProcessStartException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ProcessStartException(string message, int processId)
        : base(message) => ProcessId = processId;

    /// <summary>The id that the process had; 0 if unknown.</summary>
    public int ProcessId { get; }
}
