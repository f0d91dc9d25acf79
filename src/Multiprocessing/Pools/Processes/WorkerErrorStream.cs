using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The reading end of a worker's standard error. Whole lines are passed on, and the last 16 KiB are kept for the report of a death. Used on
/// the event loop's thread, but for <see cref="LastLines"/>.
/// </summary>
internal sealed class WorkerErrorStream : IDisposable
{
    private const int Kept = 16 * 1024;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly LinePipe _pipe;
    private int _keptBytes;

    public WorkerErrorStream(KernelHandle pipe) => _pipe = new LinePipe(pipe, OnLine);

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Reads what is there and takes an unfinished line for a line: nothing more will come.</summary>
    public void Finish() => _pipe.Finish();

    public void Dispose() => _pipe.Dispose();

    private void OnLine(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _keptBytes += Encoding.UTF8.GetByteCount(line);
            _lines.Enqueue(line);
            while (_keptBytes > Kept && _lines.Count > 1)
            {
                _keptBytes -= Encoding.UTF8.GetByteCount(_lines.Dequeue());
            }
        }

        ErrorForwarder.Write(line);
    }
}
