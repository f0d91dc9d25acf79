namespace Multiprocessing;

/// <summary>
/// Where the standard output of a pool's workers goes, see <see cref="ProcessPoolOptions.StandardOutput"/>: to that of this process, nowhere, to
/// the log, or line by line to a method.
/// </summary>
/// <remarks>
/// All but <see cref="Inherit"/> and <see cref="Discard"/> read it line by line (UTF-8; a line of more than 8 KiB is taken apart), so that lines of
/// several workers are never mixed. Programs that a task starts write to the same place. A slow reader blocks no worker: up to 4,096 lines
/// wait for it, and those that come when there is no room are dropped and counted. Lines are read before the death of their worker is
/// reported, and delivered before <see cref="ProcessPool.Completion"/> ends, if that takes no longer than a second. What native code of a
/// worker keeps in a buffer of its own arrives when it is flushed.
/// </remarks>
public sealed class WorkerOutput
{
    private WorkerOutput(Action<WorkerOutputLine>? receive, bool isKept = false)
    {
        Receive = receive;
        IsKept = isKept;
    }

    /// <summary>To the standard output of this process, as it comes.</summary>
    public static WorkerOutput Inherit { get; } = new(null, isKept: true);

    /// <summary>Nowhere.</summary>
    public static WorkerOutput Discard { get; } = new(null);

    /// <summary>
    /// To <see cref="MultiprocessingLog.LoggerFactory"/>, as entries of the category <c>Multiprocessing.Output</c> with the level
    /// <see cref="Microsoft.Extensions.Logging.LogLevel.Information"/>.
    /// </summary>
    public static WorkerOutput Log { get; } = new(static line =>
        MultiprocessingLog.WorkerWrote(line.Text, line.WorkerId, line.ProcessId, line.DroppedBefore));

    /// <summary>What gets the lines; null: nobody wants them here.</summary>
    internal Action<WorkerOutputLine>? Receive { get; }

    /// <summary>Workers have the standard output of this process.</summary>
    internal bool IsKept { get; }

    /// <summary>Line by line to a method.</summary>
    /// <param name="receive">
    /// Called on the thread pool, one call at a time for one pool; lines of one worker in their order. What it throws is logged.
    /// </param>
    /// <returns>The value for <see cref="ProcessPoolOptions.StandardOutput"/>.</returns>
    /// <exception cref="ArgumentNullException">The method is null.</exception>
    public static WorkerOutput To(Action<WorkerOutputLine> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        return new WorkerOutput(receive);
    }
}
