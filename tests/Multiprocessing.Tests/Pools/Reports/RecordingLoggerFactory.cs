using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Multiprocessing.Tests.Pools.Reports;

/// <summary>The log of this process while it exists: what was written to it, with scopes.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _before = MultiprocessingLog.LoggerFactory;
    private readonly LoggerExternalScopeProvider _scopes = new();
    private readonly BlockingCollection<Entry> _entries = [];

    private RecordingLoggerFactory()
    {
    }

    /// <summary>The lowest level of a category.</summary>
    internal ConcurrentDictionary<string, LogLevel> Levels { get; } = new();

    internal static RecordingLoggerFactory Install()
    {
        var factory = new RecordingLoggerFactory();
        MultiprocessingLog.LoggerFactory = factory;
        return factory;
    }

    /// <summary>The next entry of a category; waits for it.</summary>
    internal Entry Next(string category)
    {
        while (_entries.TryTake(out var entry, TimeSpan.FromSeconds(30)))
        {
            if (entry.Category == category)
            {
                return entry;
            }
        }
        throw new TimeoutException($"Nothing was logged for {category}.");
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => MultiprocessingLog.LoggerFactory = _before;

    internal sealed record Entry(
        string Category, LogLevel Level, EventId EventId, string Message, Dictionary<string, object?> Values, string[] Scopes, Exception? Exception);

    private sealed class Logger(RecordingLoggerFactory factory, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= factory.Levels.GetValueOrDefault(category, LogLevel.Trace);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => factory._scopes.Push(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            factory._scopes.ForEachScope(static (scope, all) => all.Add(scope?.ToString() ?? ""), scopes);
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.ToDictionary() : [];
            factory._entries.Add(new Entry(category, logLevel, eventId, formatter(state, exception), values, [.. scopes], exception));
        }
    }
}
