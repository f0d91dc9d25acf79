using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Pools;

/// <summary>
/// The reading end of a standard stream of a worker. What is there is read at once, so that the worker never waits, and passed on in whole
/// lines. Used on the event loop's thread.
/// </summary>
internal sealed class LinePipe : IDisposable
{
    private const int LongestLine = 8 * 1024;

    /// <summary>How much is read in one go: a worker that floods its stream must not keep the event loop for itself.</summary>
    private const int LargestGo = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly KernelHandle _pipe;
    private readonly Action<string> _onLine;
    private readonly IDisposable _watch;
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _partial = [];
    private bool _hasEnded;
    private bool _wasCut;

    internal LinePipe(KernelHandle pipe, Action<string> onLine)
    {
        _pipe = pipe;
        _onLine = onLine;
        lock (_lock)
        {
            // Under the lock, so that the loop cannot use what is not assigned yet.
            _watch = Kernel.EventLoop.Watch(pipe, () => Drain(LargestGo));
        }
    }

    /// <summary>Reads what is there and takes an unfinished line for a line: nothing more will come from the worker.</summary>
    internal void Finish()
    {
        // Bounded too: what the worker has started may still hold the stream, and write.
        Drain(1 << 20);
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
            _hasEnded = true;
            _pipe.Dispose();
        }
    }

    private void Drain(int most)
    {
        lock (_lock)
        {
            while (!_hasEnded && most > 0)
            {
                var read = Kernel.Pipes.Read(_pipe, _buffer);
                if (read < 0)
                {
                    return;
                }
                _hasEnded = read == 0;
                most -= read;
                Split(_buffer.AsSpan(0, read));
            }
            if (!_hasEnded)
            {
                return;
            }
        }

        // At the end of the stream the pipe is readable for ever.
        _watch.Dispose();
    }

    private void Split(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            part = part[..Math.Min(part.Length, LongestLine - _partial.Count)];
            _partial.AddRange(part);
            bytes = bytes[part.Length..];
            if (bytes.Length > 0 && bytes[0] == '\n')
            {
                EndLine(isWhole: true);
                bytes = bytes[1..];
            }
            else if (_partial.Count == LongestLine)
            {
                EndLine();
            }
        }
    }

    private void EndLine(bool isWhole = false)
    {
        if (_partial.Count > 0 || (isWhole && !_wasCut))
        {
            var line = Encoding.UTF8.GetString([.. _partial]).TrimEnd('\r');
            _partial.Clear();
            _onLine(line);
        }
        _wasCut = !isWhole;
    }
}
