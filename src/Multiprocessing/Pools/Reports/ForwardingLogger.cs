using Microsoft.Extensions.Logging;

namespace Multiprocessing.Pools;

/// <summary>One category of a worker's log.</summary>
internal sealed class ForwardingLogger(int number, string category, ReportSender reports, LoggerExternalScopeProvider scopes) : ILogger
{
    private static readonly LoggerExternalScopeProvider NoScopes = new();

    private volatile LogLevel _lowest = LogLevel.Trace;
    private volatile bool _isAnnounced;

    /// <summary>What is below this is not sent.</summary>
    internal LogLevel Lowest { set => _lowest = value; }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _lowest && logLevel != LogLevel.None;

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull => scopes.Push(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
        {
            return;
        }
        if (!_isAnnounced)
        {
            Announce();
        }
        var message = formatter(state, exception);
        var writer = PayloadWriter.Rent();
        try
        {
            LogEntry.Write(writer, number, logLevel, eventId, message, state, scopes, exception);
            if (writer.Length > ReportSender.MaxLength)
            {
                // Many pages of text in values and scopes, or in the exception. The message itself is what matters most.
                writer.Clear();
                LogEntry.Write(writer, number, logLevel, eventId, message, state: null, NoScopes, exception);
            }
            if (writer.Length > ReportSender.MaxLength)
            {
                writer.Clear();
                LogEntry.Write(writer, number, logLevel, eventId, message, state: null, NoScopes, exception: null);
            }
            reports.Send(writer);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Tells the other side of this logger. Again before an entry, if that was dropped.</summary>
    internal void Announce()
    {
        var writer = PayloadWriter.Rent();
        try
        {
            writer.WriteByte((byte)ReportKind.Logger);
            writer.WriteInt32(number);
            writer.WriteString(category);
            _isAnnounced = reports.Send(writer);
        }
        finally
        {
            writer.Return();
        }
    }
}
