using System.Runtime.InteropServices;
using Multiprocessing.Messaging.Rings;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Messaging;

public sealed class ChannelTests : IDisposable
{
    private readonly Doorbell _doorbell = Doorbell.Create();
    private readonly Doorbell _workersDoorbell;
    private readonly ParentChannel _parent = new(capacity: 4096);
    private readonly WorkerChannel _worker;

    public ChannelTests()
    {
        _workersDoorbell = new Doorbell(_doorbell.Memory.Duplicate());
        _worker = WorkerChannel.Open(_parent.Memory.Duplicate(), _workersDoorbell);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _parent.Dispose();
        _workersDoorbell.Dispose();
        _doorbell.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_collector_that_sleeps_is_woken_for_every_answer()
    {
        Task worker = StartEcho();
        for (int i = 1; i <= 2000; i++)
        {
            Send(i);
            while (!_parent.HasNews)
            {
                _doorbell.PrepareToSleep();
                if (!_parent.HasNews)
                {
                    _doorbell.Sleep();
                }

                _doorbell.CancelSleep();
            }

            Assert.Equal(i, Receive());
        }

        Send(0);
        await worker;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_direct_waiter_that_sleeps_is_woken_for_every_answer()
    {
        Task worker = StartEcho();
        Assert.True(_parent.TryEnterDirectWait());
        Assert.False(_parent.TryEnterDirectWait());
        for (int i = 1; i <= 2000; i++)
        {
            Send(i);
            while (!_parent.Responses.HasFrames)
            {
                _parent.SleepDirectly(0, static _ => false);
            }

            Assert.Equal(i, Receive());
        }

        _parent.LeaveDirectWait();
        Send(0);
        await worker;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disturbed_direct_waiter_wakes_without_an_answer()
    {
        Assert.True(_parent.TryEnterDirectWait());
        bool over = false;
        Task waiter = Task.Factory.StartNew(() => _parent.SleepDirectly(0, _ => Volatile.Read(ref over)), TaskCreationOptions.LongRunning);
        Volatile.Write(ref over, true);
        _parent.Disturb();
        await waiter;
        _parent.LeaveDirectWait();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_waits_for_room_when_nobody_takes_its_answers()
    {
        Task worker = StartEcho();
        int sent = 0;
        while (_parent.Requests.TryReserve(4, out Span<byte> payload) && sent < 200)
        {
            MemoryMarshal.Write(payload, ++sent);
            _parent.Requests.Commit(FrameKind.Task);
        }

        _parent.WakeWorker();
        for (int i = 1; i <= sent; i++)
        {
            Assert.Equal(i, WaitAndReceive());
        }

        Send(0);
        await worker;
    }

    [Fact(Timeout = 60_000)]
    public async Task Room_asked_for_is_announced_even_if_all_requests_were_revoked()
    {
        int sent = 0;
        var positions = new List<long>();
        while (_parent.Requests.TryReserve(200, out Span<byte> payload))
        {
            MemoryMarshal.Write(payload, ++sent);
            positions.Add(_parent.Requests.Commit(FrameKind.Task));
        }

        Assert.All(positions, p => Assert.True(_parent.Requests.TryRevoke(p)));
        _parent.AskForRoom();
        Task worker = StartEcho();
        while (!_parent.HasNews)
        {
            _doorbell.PrepareToSleep();
            if (!_parent.HasNews)
            {
                _doorbell.Sleep();
            }

            _doorbell.CancelSleep();
        }

        Assert.True(_parent.TakeRoomAnswer());
        Assert.False(_parent.TakeRoomAnswer());
        Assert.True(_parent.Requests.TryReserve(200, out _));
        Send(0);
        await worker;
    }

    [Fact]
    public unsafe void A_collector_is_woken_although_another_one_has_died_on_its_way_to_wake_it()
    {
        Thread collector = StartSleeper(() =>
        {
            _doorbell.PrepareToSleep();
            _doorbell.Sleep();
        });
        using (MemoryMapping page = Kernel.SharedMemory.Map(_doorbell.Memory, Doorbell.Size, writable: true))
        {
            // What a worker does before it calls the kernel.
            Assert.NotEqual(0, Interlocked.Or(ref *(int*)page.Pointer, 1));
        }

        Assert.True(collector.IsAlive);
        _workersDoorbell.Ring();
        collector.Join();
    }

    [Fact]
    public unsafe void A_direct_waiter_is_woken_although_its_worker_has_died_on_its_way_to_wake_it()
    {
        Assert.True(_parent.TryEnterDirectWait());
        var isOver = false;
        Thread waiter = StartSleeper(() => _parent.SleepDirectly(0, _ => Volatile.Read(ref isOver)));
        using (MemoryMapping page = Kernel.SharedMemory.Map(_parent.Memory, ChannelLayout.TotalSize(4096), writable: true))
        {
            int* word = (int*)(page.Pointer + ChannelLayout.ResponseWaiter);
            Assert.Equal((int)DirectWaiter.Asleep, Interlocked.CompareExchange(ref *word, (int)DirectWaiter.Awake, (int)DirectWaiter.Asleep));
        }

        Volatile.Write(ref isOver, true);
        _parent.DisturbForTheDead();
        waiter.Join();
        _parent.LeaveDirectWait();
    }

    [Fact]
    public void The_start_of_the_running_request_is_known()
    {
        Assert.Equal(0, _parent.RunningSince(5));
        _worker.MarkRunning(5);
        Assert.NotEqual(0, _parent.RunningSince(5));
        Assert.Equal(0, _parent.RunningSince(6));
        _worker.MarkIdle();
        Assert.Equal(0, _parent.RunningSince(5));
    }

    /// <summary>Starts a thread and returns when it sleeps on a futex.</summary>
    private static Thread StartSleeper(Action sleep)
    {
        string? id = null;
        var thread = new Thread(() =>
        {
            Volatile.Write(ref id, Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget));
            sleep();
        });
        thread.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref id) is { } own && File.ReadAllText($"/proc/self/task/{own}/stat").Contains(") S ", StringComparison.Ordinal));
        return thread;
    }

    private Task StartEcho() => Task.Factory.StartNew(Echo, TaskCreationOptions.LongRunning);

    private void Echo()
    {
        while (true)
        {
            _worker.Take(out _, out ReadOnlySpan<byte> payload);
            int value = MemoryMarshal.Read<int>(payload);
            _worker.Release();
            if (value == 0)
            {
                return;
            }

            MemoryMarshal.Write(_worker.Reserve(200), value);
            _worker.Commit(FrameKind.Task);
        }
    }

    private void Send(int value)
    {
        Assert.True(_parent.Requests.TryReserve(4, out Span<byte> payload));
        MemoryMarshal.Write(payload, value);
        _parent.Requests.Commit(FrameKind.Task);
        _parent.WakeWorker();
    }

    private int WaitAndReceive()
    {
        while (!_parent.HasNews)
        {
            _doorbell.PrepareToSleep();
            if (!_parent.HasNews)
            {
                _doorbell.Sleep();
            }

            _doorbell.CancelSleep();
        }

        return Receive();
    }

    private int Receive()
    {
        Assert.True(_parent.Responses.TryTake(out _, out ReadOnlySpan<byte> payload));
        int value = MemoryMarshal.Read<int>(payload);
        _parent.Responses.Release();
        _parent.AnnounceRoom();
        return value;
    }
}
