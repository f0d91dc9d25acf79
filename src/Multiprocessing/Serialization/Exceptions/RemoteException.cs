namespace Multiprocessing;

/// <summary>
/// Stands for an exception of another process whose own type could not be rebuilt here. <see cref="Exception.Message"/> is the
/// original one's.
/// </summary>
public sealed class RemoteException : Exception
{
    /// <summary>Creates the exception with the default message.</summary>
    public RemoteException()
        : this("An exception was thrown in another process.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public RemoteException(string? message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public RemoteException(string? message, Exception? innerException)
        : base(message, innerException)
    {
        RemoteTypeName = string.Empty;
        RemoteStackTrace = string.Empty;
    }

    internal RemoteException(string typeName, string message, string stackTrace, Exception? innerException)
        : base(message, innerException)
    {
        RemoteTypeName = typeName;
        RemoteStackTrace = stackTrace;
    }

    /// <summary>Full name of the original exception's type; empty if unknown.</summary>
    public string RemoteTypeName { get; }

    /// <summary>The stack trace that the original exception had in its process; empty if it had none.</summary>
    public string RemoteStackTrace { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        RemoteTypeName.Length == 0 ? base.ToString() : $"{RemoteTypeName} (in another process): {base.ToString()}";
}
