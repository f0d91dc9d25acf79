using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Multiprocessing;

/// <summary>Where this library says what its users should know but no call of theirs can return. Thread-safe.</summary>
public static partial class MultiprocessingLog
{
    /// <summary>
    /// Makes the loggers. Set it before the library is first used. Default: nothing is logged. In a worker of a
    /// <see cref="ProcessPool"/> it is set already, if it was in the pool's process when the worker was started: what code of the worker writes
    /// to loggers of this factory (category, level, event, text, named values, scopes, exception) goes to the factory of the pool's process, as
    /// if it had been written there. Values other than numbers, texts and times arrive as text, long texts are cut. Levels that nobody wants
    /// to see there are not sent, soon after the first entry of a category. Entries are lost when they come faster than they are written and
    /// nothing was written for a second; their number is logged. Other processes have a setting of their own.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public static ILoggerFactory LoggerFactory
    {
        get => Factory;
        set
        {
            Setting.Factory = value ?? throw new ArgumentNullException(nameof(value));
            Setting.IsUsed = value is not NullLoggerFactory;
        }
    }

    /// <summary>Whether somebody wants to know. Costs nothing where nobody does: neither the logging library nor the messages are loaded.</summary>
    internal static bool IsUsed => Setting.IsUsed;

    private static ILoggerFactory Factory => Setting.Factory ?? NullLoggerFactory.Instance;

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

    internal static void ReportsWereDropped(int count) => LogReportsWereDropped(Factory.CreateLogger("Multiprocessing"), count);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "{Count} reports of a pool's worker (progress, log) were dropped, because nobody took any for a second.")]
    private static partial void LogReportsWereDropped(ILogger logger, int count);

    internal static void ProgressFailed(Exception exception) => LogProgressFailed(Factory.CreateLogger("Multiprocessing"), exception);

    [LoggerMessage(6, LogLevel.Error, "An IProgress<T> threw when it was given a report of a pool's worker.")]
    private static partial void LogProgressFailed(ILogger logger, Exception exception);

    internal static void LogEntryFailed(Exception exception) => LogLogEntryFailed(Factory.CreateLogger("Multiprocessing"), exception);

    [LoggerMessage(7, LogLevel.Error, "An entry from the log of a pool's worker could not be written.")]
    private static partial void LogLogEntryFailed(ILogger logger, Exception exception);

    internal static void OutputFailed(Exception exception) => LogOutputFailed(Factory.CreateLogger("Multiprocessing"), exception);

    [LoggerMessage(8, LogLevel.Error, "The method that receives the standard output of workers threw.")]
    private static partial void LogOutputFailed(ILogger logger, Exception exception);

    internal static void WorkerWrote(string text, int workerId, int processId, int droppedBefore)
    {
        ILogger logger = Factory.CreateLogger("Multiprocessing.Output");
        if (droppedBefore > 0)
        {
            LogOutputWasDropped(logger, droppedBefore);
        }

        LogWorkerWrote(logger, workerId, processId, text);
    }

    [LoggerMessage(9, LogLevel.Information, "Worker {WorkerId} ({ProcessId}): {Text}")]
    private static partial void LogWorkerWrote(ILogger logger, int workerId, int processId, string text);

    [LoggerMessage(10, LogLevel.Warning, "{Count} lines of workers' output were dropped, because they came faster than they were taken.")]
    private static partial void LogOutputWasDropped(ILogger logger, int count);

    /// <summary>Only the first time: it is the same for every process that has a limit.</summary>
    internal static void ControlGroupsAreOfNoUse(string reason)
    {
        if (IsUsed && !Interlocked.Exchange(ref Setting.SaidThatControlGroupsAreOfNoUse, true))
        {
            LogControlGroupsAreOfNoUse(Factory.CreateLogger("Multiprocessing"), reason);
        }
    }

    [LoggerMessage(11, LogLevel.Debug, "The kernel cannot be asked to limit the memory of workers, so that is only watched: {Reason}")]
    private static partial void LogControlGroupsAreOfNoUse(ILogger logger, string reason);

    internal static void ListenerFailed(Exception exception) => LogListenerFailed(Factory.CreateLogger("Multiprocessing"), exception);

    [LoggerMessage(22, LogLevel.Error, "A listener to the metrics or traces of a pool threw.")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception);

    internal static void PoolWasForgotten() => LogPoolWasForgotten(Factory.CreateLogger("Multiprocessing"));

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "A process pool was forgotten: nobody refers to it any more, and it was neither disposed of nor completed. Its workers end when they have done what they were given.")]
    private static partial void LogPoolWasForgotten(ILogger logger);

    internal static void PoolsEndBySignal(PosixSignal signal, int pools) =>
        LogPoolsEndBySignal(Factory.CreateLogger("Multiprocessing"), pools, signal);

    [LoggerMessage(21, LogLevel.Information, "{Pools} process pools are wound down because of {Signal}.")]
    private static partial void LogPoolsEndBySignal(ILogger logger, int pools, PosixSignal signal);

    internal static void ConnectionWasRejected(EndPoint listener, Exception reason) =>
        LogConnectionWasRejected(Factory.CreateLogger("Multiprocessing"), listener, reason);

    [LoggerMessage(2, LogLevel.Warning, "A client of the listener at {Listener} was turned away.")]
    private static partial void LogConnectionWasRejected(ILogger logger, EndPoint listener, Exception reason);

    // A class of its own: this one's fields are the messages, made all at once when the first field is touched.
    private static class Setting
    {
        internal static volatile ILoggerFactory? Factory;
        internal static volatile bool IsUsed;
        internal static bool SaidThatControlGroupsAreOfNoUse;
    }
}
