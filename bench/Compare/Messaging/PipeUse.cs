using Compare.Limits;
using Multiprocessing;

namespace Compare.Messaging;

/// <summary>A pipe to one other process, which stays for the whole run.</summary>
/// <param name="pinned">Whether the two processes have a processor each, instead of where the kernel puts them.</param>
internal sealed class PipeUse(bool pinned = false) : IDisposable
{
    private const int MessageSize = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly Lazy<ProcessPool> _other = new(
        () => new ProcessPool(new ProcessPoolOptions { Workers = 1, Affinity = pinned ? [Placement.Far] : null }));
    private readonly ManualResetEvent _never = new(initialState: false);

    /// <summary>Seconds for 64 bytes to the other process and back; an empty message ends it.</summary>
    internal double RoundTrip(int calls, double part, bool asleep) => Samples.QuantileOf(RoundTrips(calls, asleep), part);

    /// <summary>The same for each single message.</summary>
    internal double[] RoundTrips(int calls, bool asleep)
    {
        using var place = Placement.At(Placement.Near, pinned);
        var (mine, theirs) = Connection.CreatePipe();
        using var near = mine;
        using var far = theirs;
        var echo = _other.Value.RunAsync(
            static end =>
            {
                Span<byte> buffer = stackalloc byte[MessageSize];
                for (int length; (length = end.ReceiveBytes(buffer)) > 0;)
                {
                    end.SendBytes(buffer[..length]);
                }
            },
            theirs);
        byte[] message = new byte[MessageSize];
        void ThereAndBack()
        {
            mine.SendBytes(message);
            mine.ReceiveBytes(message.AsSpan());
        }
        if (!asleep)
        {
            Latency.Settle(ThereAndBack);
        }
        var seconds = Latency.Each(calls, asleep ? () => _never.WaitOne(Pause) : null, ThereAndBack);
        mine.SendBytes([]);
        echo.GetAwaiter().GetResult();
        return seconds;
    }

    /// <summary>Bytes per second from the other process to this one.</summary>
    internal double Stream(long bytes, int messageSize)
    {
        var (receiver, sender) = Connection.CreatePipe(duplex: false);
        using var mine = receiver;
        using var theirs = sender;
        using var begin = new ProcessEvent();
        var sending = _other.Value.RunAsync(
            static work =>
            {
                byte[] message = new byte[work.messageSize];
                work.begin.Wait();
                for (var left = work.bytes; left > 0; left -= message.Length)
                {
                    work.sender.SendBytes(message);
                }
            },
            (sender, begin, bytes, messageSize));
        byte[] buffer = new byte[messageSize];
        var start = Stopwatch.GetTimestamp();
        begin.Set();
        for (var left = bytes; left > 0;)
        {
            left -= mine.ReceiveBytes(buffer.AsSpan());
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        sending.GetAwaiter().GetResult();
        return bytes / seconds;
    }

    public void Dispose()
    {
        if (_other.IsValueCreated)
        {
            _other.Value.Dispose();
        }
        _never.Dispose();
    }
}
