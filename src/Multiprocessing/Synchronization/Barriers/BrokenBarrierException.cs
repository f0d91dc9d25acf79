using Multiprocessing.Synchronization;

namespace Multiprocessing;

/// <summary>
/// A <see cref="ProcessBarrier"/> is broken, or broke or was reset while the caller waited: its parties did not come together. The message
/// says why.
/// </summary>
public class BrokenBarrierException : InvalidOperationException
{
    /// <summary>Initializes a new instance.</summary>
    public BrokenBarrierException()
        : base("The barrier is broken.")
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    /// <param name="message">The message.</param>
    public BrokenBarrierException(string? message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and the exception that led to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The exception that led to this one.</param>
    public BrokenBarrierException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal BrokenBarrierException(BreakReason reason)
        : base(reason switch
        {
            BreakReason.TimedOut => "The barrier is broken: a party did not wait longer for the others than its time-out.",
            BreakReason.Cancelled => "The barrier is broken: a party gave up waiting, by its token or by disposing of its object.",
            BreakReason.PartyDied => "The barrier is broken: the process of a party that had arrived has died.",
            BreakReason.ActionFailed => "The barrier is broken: its action threw an exception in another party.",
            BreakReason.Aborted => "The barrier is broken: it was aborted.",
            BreakReason.Reset => "The barrier was reset while this party waited for the others.",
            _ => "The barrier is broken.",
        })
    {
    }
}
