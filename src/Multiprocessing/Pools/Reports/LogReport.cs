using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>A report for the log that waits for its turn.</summary>
internal sealed class LogReport(LogRelay relay, byte[] bytes, IncomingSymbols symbols, IReportSource source, int size) : Report
{
    internal override void Deliver()
    {
        try
        {
            relay.Take(bytes, symbols);
        }
        catch (Exception exception)
        {
            // Of a logging provider, or bytes that a worker has garbled: there is no other place to say so.
            MultiprocessingLog.LogEntryFailed(exception);
        }
        source.Acknowledge(size);
    }
}
