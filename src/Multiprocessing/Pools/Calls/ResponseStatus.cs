namespace Multiprocessing.Pools;

/// <summary>The first byte of a response.</summary>
internal enum ResponseStatus : byte
{
    /// <summary>The value follows, unless the call has none.</summary>
    Ok = 0,

    /// <summary>The exception follows.</summary>
    Failed = 1,

    /// <summary>The task's own token was cancelled and the task gave way; nothing follows.</summary>
    Canceled = 2,

    /// <summary>An exception that cannot be sent as it is: type name, message and stack trace follow.</summary>
    FailedInWords = 3,
}
