using Microsoft.Extensions.Logging;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Pools.Processes;

/// <content>What the worker says beside its answers.</content>
internal sealed partial class ProcessWorker
{
    private readonly ReportReceiver _reports;

    public void Acknowledge(int bytes)
    {
        if (_channel.TryHold())
        {
            _channel.AcknowledgeReports(bytes);
            _channel.LetGo();
        }
    }

    public void SetLogLevel(int logger, LogLevel lowest) => TrySendMessage(WorkerMessage.LogLevel, (logger << 8) | (int)lowest);

    /// <summary>Under <c>_collecting</c>. Before each answer, so that what a task has said is known before it has ended.</summary>
    private void TakeReports()
    {
        while (_channel.Reports.TryTake(out FrameKind kind, out ReadOnlySpan<byte> payload))
        {
            _reports.Take(kind, payload);
            _channel.Reports.Release();
        }
    }
}
