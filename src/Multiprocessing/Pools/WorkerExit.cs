using System.Globalization;
using System.Text;

namespace Multiprocessing.Pools;

/// <summary>How a worker ended, as far as its back end could find out.</summary>
internal sealed record WorkerExit
{
    /// <summary>How many of the last lines go into an exception's message; all of them are in its property.</summary>
    private const int LinesInMessage = 5;

    internal int ProcessId { get; init; }

    /// <summary>-N for signal N; null if unknown.</summary>
    internal int? ExitCode { get; init; }

    internal string? SignalName { get; init; }

    internal string Reason { get; init; } = "unknown";

    /// <summary>In bytes; null if unknown.</summary>
    internal long? PeakMemory { get; init; }

    internal IReadOnlyList<string> LastErrorLines { get; init; } = [];

    internal string Describe(string taskDescription, int attempt = 1)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The worker process {ProcessId} died ({Reason}");
        if (ExitCode is { } code && SignalName is null && !Reason.Contains("exit code", StringComparison.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $", exit code {code}");
        }
        text.Append(')');
        if (taskDescription.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" while it ran {taskDescription}");
            text.Append(attempt == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", attempt {attempt}"));
        }
        text.Append('.');
        if (LastErrorLines.Count > 0)
        {
            text.Append(" Its last words:");
            for (var i = Math.Max(0, LastErrorLines.Count - LinesInMessage); i < LastErrorLines.Count; i++)
            {
                text.Append(Environment.NewLine).Append("  ").Append(LastErrorLines[i]);
            }
        }
        return text.ToString();
    }
}
