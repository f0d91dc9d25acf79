namespace Multiprocessing.Pools;

/// <summary>The first byte of a report; docs/protocol.md, "Reports".</summary>
internal enum ReportKind : byte
{
    /// <summary>A value for an <see cref="IProgress{T}"/>: token (8 bytes), value.</summary>
    Progress = 1,

    /// <summary>Code of the worker has asked for a logger: number, category.</summary>
    Logger = 2,

    /// <summary>An entry for a log, see <see cref="LogEntry"/>.</summary>
    LogEntry = 3,

    /// <summary>How many reports were dropped before this one (4 bytes).</summary>
    Dropped = 4,
}
