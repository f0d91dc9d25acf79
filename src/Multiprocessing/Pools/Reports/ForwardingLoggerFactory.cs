using Microsoft.Extensions.Logging;

namespace Multiprocessing.Pools;

/// <summary>The loggers of a worker process: what they are given goes to the process of the pool, which has the providers.</summary>
internal sealed class ForwardingLoggerFactory(ReportSender reports) : ILoggerFactory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ForwardingLogger> _loggers = new(StringComparer.Ordinal);
    private readonly List<ForwardingLogger> _byNumber = [];
    private readonly LoggerExternalScopeProvider _scopes = new();

    public ILogger CreateLogger(string categoryName)
    {
        ArgumentNullException.ThrowIfNull(categoryName);
        ForwardingLogger? logger;
        lock (_lock)
        {
            if (_loggers.TryGetValue(categoryName, out logger))
            {
                return logger;
            }
            logger = new ForwardingLogger(_byNumber.Count, categoryName, reports, _scopes);
            _loggers.Add(categoryName, logger);
            _byNumber.Add(logger);
        }

        // Not under the lock, which the event loop takes: this may wait for room.
        logger.Announce();
        return logger;
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException(
        "The loggers of a pool's worker write to the log of the pool's process, whose logger factory has the providers. For a log of its own "
        + $"set {nameof(MultiprocessingLog)}.{nameof(MultiprocessingLog.LoggerFactory)} in the pool's initializer.");

    public void Dispose()
    {
        // It belongs to the worker.
    }

    /// <summary>Nobody wants to see less than this.</summary>
    internal void SetLevel(int number, LogLevel lowest)
    {
        lock (_lock)
        {
            if ((uint)number < (uint)_byNumber.Count)
            {
                _byNumber[number].Lowest = lowest;
            }
        }
    }
}
