namespace Multiprocessing;

/// <summary>A line that a worker has written to its standard output.</summary>
public sealed class WorkerOutputLine
{
    internal WorkerOutputLine(int workerId, int processId, string text, int dropped)
    {
        WorkerId = workerId;
        ProcessId = processId;
        Text = text;
        DroppedBefore = dropped;
    }

    /// <summary>The <see cref="PoolWorker.WorkerId"/> of the worker.</summary>
    public int WorkerId { get; }

    /// <summary>The id of its process.</summary>
    public int ProcessId { get; }

    /// <summary>The line, without its end.</summary>
    public string Text { get; }

    /// <summary>How many lines of the pool's workers were dropped before this one, because the lines before were not taken in time. Mostly 0.</summary>
    public int DroppedBefore { get; }

    /// <summary>The line.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;
}
