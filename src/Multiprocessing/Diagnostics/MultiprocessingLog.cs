using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Multiprocessing;

/// <summary>Where this library says what its users should know but no call of theirs can return. Thread-safe.</summary>
public static partial class MultiprocessingLog
{
    private static volatile ILoggerFactory Factory = NullLoggerFactory.Instance;

    /// <summary>
    /// Makes the loggers. Set it before the library is first used; a worker process has a setting of its own. Default: nothing is logged.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public static ILoggerFactory LoggerFactory
    {
        get => Factory;
        set => Factory = value ?? throw new ArgumentNullException(nameof(value));
    }

    internal static void ChildSignalWasIgnored() => LogChildSignalWasIgnored(Factory.CreateLogger("Multiprocessing"));

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "This process ignored SIGCHLD, so the kernel would have thrown away the exit codes of its children. The default was restored.")]
    private static partial void LogChildSignalWasIgnored(ILogger logger);

    internal static void WorkerEndFailed(string what, int workerId, Exception exception) =>
        LogWorkerEndFailed(Factory.CreateLogger("Multiprocessing"), what, workerId, exception);

    [LoggerMessage(3, LogLevel.Error, "{What} failed in worker {WorkerId} of a pool, which ends nevertheless.")]
    private static partial void LogWorkerEndFailed(ILogger logger, string what, int workerId, Exception exception);

    internal static void ExitHookTimedOut(int workerId, TimeSpan limit) =>
        LogExitHookTimedOut(Factory.CreateLogger("Multiprocessing"), workerId, limit);

    [LoggerMessage(4, LogLevel.Error, "The exit hook of worker {WorkerId} of a pool took longer than {Limit}. The worker was ended as it was.")]
    private static partial void LogExitHookTimedOut(ILogger logger, int workerId, TimeSpan limit);

    internal static void ConnectionWasRejected(EndPoint listener, Exception reason) =>
        LogConnectionWasRejected(Factory.CreateLogger("Multiprocessing"), listener, reason);

    [LoggerMessage(2, LogLevel.Warning, "A client of the listener at {Listener} was turned away.")]
    private static partial void LogConnectionWasRejected(ILogger logger, EndPoint listener, Exception reason);
}
