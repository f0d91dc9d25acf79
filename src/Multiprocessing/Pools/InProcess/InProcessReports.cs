using Microsoft.Extensions.Logging;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Pools;

/// <summary>The reports of a worker that is a thread of this process: the same bytes and limits, without a ring.</summary>
internal sealed class InProcessReports : ReportSender, IReportSource
{
    private readonly object _changed = new();
    private readonly ReportReceiver _receiver;
    private uint _taken;

    internal InProcessReports() => _receiver = new ReportReceiver(this, new ReportPump());

    protected override uint Taken => Volatile.Read(ref _taken);

    public void Acknowledge(int bytes)
    {
        lock (_changed)
        {
            _taken += (uint)bytes;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Such a worker uses this process's loggers.</summary>
    public void SetLogLevel(int logger, LogLevel lowest)
    {
    }

    protected override void Write(FrameKind kind, ReadOnlySpan<byte> payload) => _receiver.Take(kind, payload);

    protected override void WaitForChange(uint taken, TimeSpan limit)
    {
        lock (_changed)
        {
            if (_taken == taken)
            {
                Monitor.Wait(_changed, limit);
            }
        }
    }
}
