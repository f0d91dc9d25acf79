using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>What the workers of one pool say to people: their log and their standard output, each a queue to user code.</summary>
internal sealed class WorkerVoices(WorkerOutput output)
{
    private readonly OutputLines? _lines = output.Receive is { } receive ? new OutputLines(receive) : null;

    public ReportPump Log { get; } = new();

    /// <summary>Ends when everything that came until now has been delivered.</summary>
    public Task IsQuiet => Task.WhenAll(Log.IsQuiet, _lines?.IsQuiet ?? Task.CompletedTask);

    /// <summary>Makes the standard output of a worker.</summary>
    /// <param name="readEnd">To be given to <see cref="Listen"/> once the worker has been started; null: there is nothing to read.</param>
    /// <returns>What the worker gets; null: that of this process.</returns>
    public KernelHandle? Open(out KernelHandle? readEnd)
    {
        readEnd = null;
        if (output.IsKept)
        {
            return null;
        }

        if (_lines is null)
        {
            return Kernel.Pipes.OpenNull();
        }

        (readEnd, KernelHandle writeEnd) = Kernel.Pipes.Create();
        return writeEnd;
    }

    /// <summary>Takes the lines of a worker from now on.</summary>
    public LinePipe? Listen(KernelHandle? readEnd, int workerId, int processId) =>
        readEnd is null ? null : new LinePipe(readEnd, line => _lines!.Add(workerId, processId, line));
}
