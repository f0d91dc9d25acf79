using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// Why a worker died, in words. The runtime ends by SIGABRT for a stack overflow, a failed fast and an exception that nobody caught
/// alike; what it prints first tells them apart.
/// </summary>
internal static class DeathReason
{
    private const int Abort = 6;

    public static string Of(ExitStatus status, IReadOnlyList<string> lastErrorLines, bool isCorrupt, bool wasKilled, bool ranOutOfMemory)
    {
        if (isCorrupt)
        {
            return "its shared memory was overwritten, so the pool killed it";
        }

        if (status.IsKnown && status.Code == -Signal.Kill && !wasKilled)
        {
            return ranOutOfMemory || OutOfMemoryKills.HappenedJustNow() ? "out of memory: killed by the kernel" : "SIGKILL (perhaps out of memory)";
        }

        if (!status.IsKnown || status.Code != -Abort)
        {
            return status.ToString();
        }

        for (int i = 0; i < lastErrorLines.Count; i++)
        {
            string line = lastErrorLines[i];
            if (line.StartsWith("Stack overflow.", StringComparison.Ordinal))
            {
                return "stack overflow";
            }

            if (line.StartsWith("Process terminated.", StringComparison.Ordinal))
            {
                // The message is on the next line; without one, the stack is.
                string message = i + 1 < lastErrorLines.Count ? lastErrorLines[i + 1].Trim() : "";
                return message.Length == 0 || message.StartsWith("at ", StringComparison.Ordinal) ? "fail fast" : "fail fast: " + message;
            }

            if (line.StartsWith("Unhandled exception.", StringComparison.Ordinal))
            {
                return "unhandled exception: " + line["Unhandled exception.".Length..].Trim();
            }

            if (line.StartsWith("Fatal error.", StringComparison.Ordinal))
            {
                return "fatal error: " + line["Fatal error.".Length..].Trim();
            }
        }

        return status.ToString();
    }
}
