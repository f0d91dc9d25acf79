using System.IO.Pipes;

namespace Compare.Peers;

/// <summary>
/// Two anonymous pipes of <see cref="System.IO.Pipes"/> to another process, bare bytes without any framing: what .NET has on board. The
/// other process lives as long as the pipe to it.
/// </summary>
internal sealed class IoPipesPeer() : Peer(PeerSet.IoPipes)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly byte[] _message = new byte[IoPipeWorker.MessageSize];
    private AnonymousPipeServerStream? _there;
    private AnonymousPipeServerStream? _back;
    private Process? _other;

    internal override string Version => Environment.Version.ToString();

    internal override bool IsPresent => true;

    /// <summary>"trip CALLS PART asleep|awake": seconds; "stream BYTES": bytes per second.</summary>
    internal override double Measure(string command)
    {
        Start();
        var words = command.Split(' ');
        return words[0] == "trip"
            ? Latency.Quantile(
                double.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture),
                words[3] == "asleep" ? () => _never.WaitOne(Pause) : null, RoundTrip)
            : Stream(long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public override void Dispose()
    {
        _there?.Dispose();
        _back?.Dispose();
        if (_other?.WaitForExit(TimeSpan.FromSeconds(5)) == false)
        {
            _other.Kill();
            _other.WaitForExit();
        }
        _other?.Dispose();
        _never.Dispose();
    }

    private void Start()
    {
        if (_other is not null)
        {
            return;
        }
        _there = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        _back = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var (program, arguments) = InnerPrograms.CommandLine(
            IoPipeWorker.Mode, _there.GetClientHandleAsString(), _back.GetClientHandleAsString());
        _other = Process.Start(program, arguments);
        _there.DisposeLocalCopyOfClientHandle();
        _back.DisposeLocalCopyOfClientHandle();
    }

    private void RoundTrip()
    {
        _there!.Write(_message);
        _back!.ReadExactly(_message);
    }

    private double Stream(long bytes)
    {
        var request = new byte[IoPipeWorker.MessageSize];
        BitConverter.TryWriteBytes(request, bytes);
        var buffer = new byte[IoPipeWorker.ChunkSize];
        var start = Stopwatch.GetTimestamp();
        _there!.Write(request);
        for (var left = bytes; left > 0;)
        {
            left -= _back!.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
        }
        return bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>The other process: sends each message back, or, if it names a number of bytes, so many bytes.</summary>
internal static class IoPipeWorker
{
    internal const string Mode = "--inner-io-pipe";
    internal const int MessageSize = 64;
    internal const int ChunkSize = 1 << 20;

    internal static int Run(string[] arguments)
    {
        using var input = new AnonymousPipeClientStream(PipeDirection.In, arguments[0]);
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, arguments[1]);
        var message = new byte[MessageSize];
        var chunk = new byte[ChunkSize];
        while (input.ReadAtLeast(message, MessageSize, throwOnEndOfStream: false) == MessageSize)
        {
            var left = BitConverter.ToInt64(message);
            if (left == 0)
            {
                output.Write(message);
            }
            for (; left > 0; left -= chunk.Length)
            {
                output.Write(chunk, 0, (int)Math.Min(left, chunk.Length));
            }
        }
        return 0;
    }
}
