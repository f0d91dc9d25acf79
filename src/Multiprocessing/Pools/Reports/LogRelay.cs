using Microsoft.Extensions.Logging;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// Puts the entries of a worker's log into that of this process, as if they had been made here, and tells the worker what nobody here wants
/// to see. One at a time.
/// </summary>
internal sealed class LogRelay(IReportSource source)
{
    private readonly Dictionary<int, Target> _targets = [];

    internal void Take(ReadOnlySpan<byte> report, IncomingSymbols symbols)
    {
        var reader = new PayloadReader(report, symbols);
        var kind = (ReportKind)reader.ReadByte();
        var number = reader.ReadInt32();
        if (kind == ReportKind.Logger)
        {
            var made = new Target(MultiprocessingLog.LoggerFactory.CreateLogger(reader.ReadRequiredString()));
            _targets[number] = made;
            Announce(number, made);
            return;
        }
        if (!_targets.TryGetValue(number, out var target))
        {
            throw new PayloadException("An entry for a logger that does not exist.");
        }
        Announce(number, target);
        Log(target.Logger, ref reader);
    }

    private static void Log(ILogger logger, ref PayloadReader reader)
    {
        var level = (LogLevel)reader.ReadByte();
        if (!logger.IsEnabled(level))
        {
            return;
        }
        var eventId = new EventId(reader.ReadInt32(), reader.ReadString());
        var state = LogEntry.ReadState(ref reader);
        var scopes = new IDisposable?[reader.ReadCount(2)];
        try
        {
            for (var i = 0; i < scopes.Length; i++)
            {
                scopes[i] = logger.BeginScope(LogEntry.ReadState(ref reader));
            }
            logger.Log(level, eventId, state, LogEntry.ReadException(ref reader), static (state, _) => state.ToString());
        }
        finally
        {
            for (var i = scopes.Length - 1; i >= 0; i--)
            {
                scopes[i]?.Dispose();
            }
        }
    }

    /// <summary>Also again with every entry: the settings of the log may have changed.</summary>
    private void Announce(int number, Target target)
    {
        var lowest = LogLevel.Trace;
        while (lowest < LogLevel.None && !target.Logger.IsEnabled(lowest))
        {
            lowest++;
        }
        if (target.Announced != lowest)
        {
            target.Announced = lowest;
            source.SetLogLevel(number, lowest);
        }
    }

    private sealed class Target(ILogger logger)
    {
        internal ILogger Logger { get; } = logger;

        /// <summary>Workers begin with everything.</summary>
        internal LogLevel Announced { get; set; } = LogLevel.Trace;
    }
}
