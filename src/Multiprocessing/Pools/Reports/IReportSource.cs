using Microsoft.Extensions.Logging;

namespace Multiprocessing.Pools;

/// <summary>The worker that sent a report, as those see it who deliver reports, on any thread.</summary>
internal interface IReportSource
{
    /// <summary>Frames of so many bytes are done with: the worker may send as much again.</summary>
    void Acknowledge(int bytes);

    /// <summary>Tells the worker the lowest level that somebody wants to see of a logger.</summary>
    void SetLogLevel(int logger, LogLevel lowest);
}
