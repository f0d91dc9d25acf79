using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Pools.Processes;

/// <summary>The reports of a worker process, by the channel's ring for them.</summary>
internal sealed class ChannelReports(WorkerChannel channel) : ReportSender
{
    protected override uint Taken => channel.ReportsTaken;

    protected override void Write(FrameKind kind, ReadOnlySpan<byte> payload) => channel.SendReport(kind, payload);

    protected override void WaitForChange(uint taken, TimeSpan limit) => channel.WaitForReportsTaken(taken, limit);
}
