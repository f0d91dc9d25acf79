using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>What to start: the settings of the start itself, and the claim that makes the process somebody.</summary>
internal sealed class StartRequest
{
    public required StartMethod Method { get; init; }

    public required Claim Claim { get; init; }

    public LaunchOptions Options { get; init; } = LaunchOptions.Default;

    /// <summary>Variables to add, or to remove (null), beside those of this process as of now.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>Relative to that of this process; null: that of this process as of now.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The nice value; null: that of this process as of now.</summary>
    public int? Niceness { get; init; }

    /// <summary>The processors to run on as a bit mask; null: those of this process as of now.</summary>
    public byte[]? Affinity { get; init; }

    /// <summary>What the process gets as standard output; null: that of this process. Stays the caller's.</summary>
    public KernelHandle? Output { get; init; }

    /// <summary>What the process gets as standard error; null: that of this process. Stays the caller's.</summary>
    public KernelHandle? Error { get; init; }

    /// <summary>Handles for the role; they stay the caller's.</summary>
    public IReadOnlyList<KernelHandle> Handles { get; init; } = [];

    /// <summary>Makes a payload with which the role can be rehearsed in processes started ahead. Called in the background.</summary>
    public Func<byte[]>? Rehearsal { get; init; }

    /// <summary>See <see cref="StartedProcess.MessageReceived"/>.</summary>
    public ControlMessageHandler? MessageReceived { get; init; }
}

/// <summary>Starts processes for roles, by either start method.</summary>
internal static class ProcessStarter
{
    /// <summary>Returns when the claim is on its way, without waiting for the new process to come up.</summary>
    /// <exception cref="PlatformNotSupportedException">A process of this program could not be taken over, or the method is Fork.</exception>
    public static StartedProcess Start(StartRequest request)
    {
        WorkerGuard.EndIfUnclaimed();
        MultiprocessingContext.ThrowIfUnsupported(request.Method);
        SurroundingsSnapshot now = SurroundingsSnapshot.Take(request.Environment);
        StandbyPool? pool = request.Method == StartMethod.Standby ? StandbyPool.For(request.Options, now) : null;
        while (pool?.TryTake(request) is { } standby)
        {
            if (TryClaim(standby, request, now))
            {
                pool.RefillSoon();
                return standby;
            }
            // It died while it waited; the next one, or a new one, takes its place.
        }
        StartedProcess started = ProcessLauncher.Launch(request.Options, now);
        if (pool is not null)
        {
            started.OnReady(() => pool.RefillSoon());
        }
        TryClaim(started, request, now);
        return started;
    }

    /// <summary>False if the process is over already; how it ended tells why.</summary>
    private static bool TryClaim(StartedProcess process, StartRequest request, SurroundingsSnapshot now)
    {
        process.MessageReceived = request.MessageReceived;
        try
        {
            process.Origin.Surroundings.WriteDifference(request, now, process.Origin.Restore);
            return ClaimSender.Send(process, request);
        }
        catch
        {
            process.Signal(Signal.Kill); // Out of descriptors, or memory. Nobody else knows of this process.
            throw;
        }
    }
}
