using Multiprocessing.Messaging.Rings;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// Takes the reports of one worker, in their order, by one thread at a time, and queues them for delivery: user code that takes them runs
/// elsewhere, and may take its time.
/// </summary>
internal sealed class ReportReceiver(IReportSource source, ReportPump log)
{
    private readonly IncomingSymbols _symbols = new();
    private readonly LogRelay _log = new(source);

    /// <exception cref="PayloadException">It is no report.</exception>
    internal void Take(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var size = FrameHeader.Footprint(payload.Length);
        if (kind == FrameKind.Symbol)
        {
            Processes.SymbolFrame.Read(payload, _symbols);
            source.Acknowledge(size);
            return;
        }
        var reader = new PayloadReader(payload, _symbols);
        switch ((ReportKind)reader.ReadByte())
        {
            case ReportKind.Progress when ProgressRegistration.Find(reader.ReadInt64()) is { } registration:
                registration.Add(reader.Rest.ToArray(), _symbols, source, size);
                break;
            case ReportKind.Progress:
                // Its call has ended.
                source.Acknowledge(size);
                break;
            case ReportKind.Logger or ReportKind.LogEntry:
                log.Add(new LogReport(_log, payload.ToArray(), _symbols, source, size));
                break;
            case ReportKind.Dropped:
                MultiprocessingLog.ReportsWereDropped(reader.ReadInt32());
                source.Acknowledge(size);
                break;
            default:
                throw new PayloadException("A report of an unknown kind.");
        }
    }
}
