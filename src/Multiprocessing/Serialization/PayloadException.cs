namespace Multiprocessing;

/// <summary>
/// Bytes from another process are not a payload that can be read here: malformed, cut off, or naming a type or method that cannot be
/// resolved. The only exception of the reading side; its inner exception, if any, is the cause.
/// </summary>
public sealed class PayloadException : Exception
{
    /// <summary>Creates the exception with the default message.</summary>
    public PayloadException()
        : this("The payload cannot be read.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public PayloadException(string? message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public PayloadException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
