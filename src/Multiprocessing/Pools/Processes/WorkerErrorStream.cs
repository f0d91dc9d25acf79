using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The reading end of a worker's standard error. Everything is read at once, so that the worker never waits; whole lines are passed on,
/// and the last 16 KiB are kept for the report of a death. Used on the event loop's thread, but for <see cref="LastLines"/>.
/// </summary>
internal sealed class WorkerErrorStream : IDisposable
{
    private const int Kept = 16 * 1024;
    private const int LongestLine = 8 * 1024;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly KernelHandle _pipe;
    private readonly IDisposable _watch;
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _partial = [];
    private int _keptBytes;
    private bool _ended;

    public WorkerErrorStream(KernelHandle pipe)
    {
        _pipe = pipe;
        _watch = Kernel.EventLoop.Watch(pipe, Drain);
    }

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

    /// <summary>Reads all that is there now.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            while (!_ended)
            {
                int read = Kernel.Pipes.Read(_pipe, _buffer);
                if (read < 0)
                {
                    return;
                }

                _ended = read == 0;
                Split(_buffer.AsSpan(0, read));
            }
        }

        // At the end of the stream the pipe is readable for ever.
        _watch.Dispose();
    }

    /// <summary>Reads what is there and takes an unfinished line for a line: nothing more will come.</summary>
    public void Finish()
    {
        Drain();
        lock (_lock)
        {
            EndLine();
        }
    }

    public void Dispose()
    {
        _watch.Dispose();
        lock (_lock)
        {
            _ended = true;
            _pipe.Dispose();
        }
    }

    private void Split(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b == '\n' || _partial.Count >= LongestLine)
            {
                EndLine();
            }

            if (b != '\n')
            {
                _partial.Add(b);
            }
        }
    }

    private void EndLine()
    {
        if (_partial.Count == 0)
        {
            return;
        }

        string line = Encoding.UTF8.GetString([.. _partial]).TrimEnd('\r');
        _keptBytes += _partial.Count;
        _partial.Clear();
        _lines.Enqueue(line);
        while (_keptBytes > Kept && _lines.Count > 1)
        {
            _keptBytes -= Encoding.UTF8.GetByteCount(_lines.Dequeue());
        }

        ErrorForwarder.Write(line);
    }
}
