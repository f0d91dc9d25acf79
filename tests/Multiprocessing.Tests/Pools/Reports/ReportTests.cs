using Multiprocessing.Messaging.Rings;
using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Reports;

/// <summary>The bounds of what a worker can have on its way, and what happens to a worker's reports when it dies.</summary>
public sealed class ReportTests
{
    [Fact]
    public void What_nobody_takes_is_bounded_and_what_follows_is_dropped_and_counted()
    {
        var sender = new Hoarder();
        var sent = 0;
        while (Send(sender, 1000))
        {
            sent++;
        }
        Assert.Equal(ReportSender.Credit / FrameHeader.Footprint(1000), sent);
        Assert.Equal(1, sender.Waits);
        Assert.False(Send(sender, 1));
        Assert.Equal(1, sender.Waits);

        sender.TakeAll();
        Assert.True(Send(sender, 1000));
        Assert.Equal((byte)ReportKind.Dropped, sender.Frames[0][0]);
        Assert.Equal(2, BitConverter.ToInt32(sender.Frames[0], 1));
        Assert.Equal(1000, sender.Frames[1].Length);
        sender.Close();
        Assert.False(Send(sender, 1));
    }

    [Fact]
    public void The_longest_reports_always_find_room_in_the_ring_when_there_is_credit()
    {
        using var parent = new ParentChannel();
        using var doorbell = Doorbell.Create();
        using var worker = WorkerChannel.Open(parent.Memory.Duplicate(), doorbell);
        var sender = new Multiprocessing.Pools.Processes.ChannelReports(worker);
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var length = random.Next(3) == 0 ? ReportSender.MaxLength - random.Next(100) : random.Next(1, 40_000);
            while (parent.Reports.HasFrames && random.Next(3) > 0)
            {
                Take(parent);
            }
            if (Unread(parent) + FrameHeader.Footprint(length) > ReportSender.Credit)
            {
                continue; // It would wait.
            }
            Assert.True(Send(sender, length));
            _unread += FrameHeader.Footprint(length);
        }
    }

    [Fact]
    public async Task What_a_worker_reported_before_its_death_is_raised_before_the_call_fails()
    {
        await using var pool = new ProcessPool(workers: 1);
        var progress = new Collected();
        IProgress<int> captured = progress;
        await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(() =>
        {
            captured.Report(1);
            captured.Report(2);
            Environment.FailFast("between two reports");
        }));
        Assert.Equal([1, 2], progress.Values);
        await pool.RunAsync(() => captured.Report(3));
        Assert.Equal([1, 2, 3], progress.Values);
    }

    [Fact]
    public async Task A_call_that_is_ended_by_force_ends_without_its_reports()
    {
        await using var pool = new ProcessPool(workers: 1);
        using var stop = new CancellationTokenSource();
        var progress = new Collected();
        IProgress<int> captured = progress;
        var call = pool.RunAsync(
            () =>
            {
                while (true)
                {
                    captured.Report(1);
                }
            },
            stop.Token);
        Assert.True(SpinWait.SpinUntil(() => progress.Values.Count > 0, TimeSpan.FromSeconds(30)));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(20)));
        var after = progress.Values.Count;
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1));
        Assert.InRange(progress.Values.Count, after, after + 1);
    }

    private int _unread;

    private int Unread(ParentChannel parent) => parent.Reports.HasFrames ? _unread : _unread = 0;

    private void Take(ParentChannel parent)
    {
        if (parent.Reports.TryTake(out _, out var payload))
        {
            var size = FrameHeader.Footprint(payload.Length);
            parent.Reports.Release();
            parent.AcknowledgeReports(size);
            _unread -= size;
        }
    }

    private static bool Send(ReportSender sender, int length)
    {
        var writer = PayloadWriter.Rent();
        writer.Append(length).Clear();
        try
        {
            return sender.Send(writer);
        }
        finally
        {
            writer.Return();
        }
    }

    private sealed class Collected : IProgress<int>
    {
        private readonly List<int> _values = [];

        internal List<int> Values
        {
            get
            {
                lock (_values)
                {
                    return [.. _values];
                }
            }
        }

        public void Report(int value)
        {
            lock (_values)
            {
                _values.Add(value);
            }
        }
    }

    /// <summary>Takes nothing until told to; a wait is over at once.</summary>
    private sealed class Hoarder : ReportSender
    {
        private uint _taken;
        private uint _size;

        internal List<byte[]> Frames { get; } = [];

        internal int Waits { get; private set; }

        protected override uint Taken => _taken;

        internal void TakeAll()
        {
            Frames.Clear();
            _taken = _size;
        }

        protected override void Write(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            Frames.Add(payload.ToArray());
            _size += (uint)FrameHeader.Footprint(payload.Length);
        }

        protected override void WaitForChange(uint taken, TimeSpan limit) => Waits++;
    }
}
