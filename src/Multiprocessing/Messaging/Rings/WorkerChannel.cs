using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The worker's side of a <see cref="Channel"/>. For the worker's main thread, except that reports may come from any thread, one at a
/// time. A wait here has no end of its own: when the process that owns the channel dies, this process dies with it.
/// </summary>
internal sealed unsafe class WorkerChannel : Channel
{
    private readonly Doorbell _doorbell;
    private readonly RingReader _requests;
    private readonly RingWriter _responses;
    private readonly RingWriter _reports;
    private readonly SpinBudget _spin = new();

    private WorkerChannel(KernelHandle memory, int capacity, Doorbell doorbell)
        : base(memory, capacity)
    {
        _doorbell = doorbell;
        _requests = new RingReader(
            RequestData, capacity, Long(ChannelLayout.RequestTail), Long(ChannelLayout.RequestHead));
        _responses = new RingWriter(
            ResponseData, capacity, Long(ChannelLayout.ResponseTail), Long(ChannelLayout.ResponseHead));
        _reports = new RingWriter(
            ReportData, ChannelLayout.ReportCapacity, Long(ChannelLayout.ReportTail), Long(ChannelLayout.ReportHead));
    }

    /// <summary>The longest payload that fits a response frame.</summary>
    public int MaxPayload => _responses.MaxPayload;

    public static WorkerChannel Open(KernelHandle memory, Doorbell doorbell)
    {
        int capacity;
        using (MemoryMapping header = Kernel.SharedMemory.Map(memory, ChannelLayout.HeaderSize, writable: false))
        {
            capacity = *(int*)(header.Pointer + ChannelLayout.CapacityOffset);
            if (*(int*)(header.Pointer + ChannelLayout.MagicOffset) != ChannelLayout.Magic)
            {
                throw new RingCorruptException("this is no channel");
            }
        }

        return new WorkerChannel(memory, capacity, doorbell);
    }

    /// <summary>Waits for the next request and takes it. Its payload is valid until <see cref="Release"/>.</summary>
    public void Take(out FrameKind kind, out ReadOnlySpan<byte> payload)
    {
        while (!_requests.TryTake(out kind, out payload))
        {
            if (Volatile.Read(ref Ref(ChannelLayout.RequestRoom)) == 1)
            {
                // The other side waits for room, and now all of the ring is free.
                Volatile.Write(ref Ref(ChannelLayout.RequestRoom), 0);
                Notify();
            }

            WaitForRequests();
        }
    }

    /// <summary>Frees the space of the request taken last.</summary>
    public void Release() => _requests.Release();

    /// <summary>Marks the request being executed, and when it began, for deadlines and for the report of a death.</summary>
    public void MarkRunning(uint sequence)
    {
        Volatile.Write(ref *Long(ChannelLayout.RunningSince), Stopwatch.GetTimestamp());
        Volatile.Write(ref *Long(ChannelLayout.Running), sequence);
    }

    /// <summary>The request marked last has been executed; notes how long that took.</summary>
    public void MarkIdle()
    {
        Volatile.Write(ref *Long(ChannelLayout.LastRun), Stopwatch.GetTimestamp() - Volatile.Read(ref *Long(ChannelLayout.RunningSince)));
        Volatile.Write(ref *Long(ChannelLayout.Running), 0);
    }

    /// <summary>Room for a response, waited for if need be; then <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int length)
    {
        Span<byte> payload;
        while (!_responses.TryReserve(length, out payload))
        {
            Interlocked.Exchange(ref Ref(ChannelLayout.ResponseRoom), 1);
            if (_responses.TryReserve(length, out payload))
            {
                break;
            }

            SleepForRoom();
        }

        return payload;
    }

    /// <summary>Where the response reserved last stands.</summary>
    public long ResponsePosition => _responses.NextPosition;

    /// <summary>Whether the other side is done with the response at that position.</summary>
    public bool WasConsumed(long position) => _responses.WasConsumed(position);

    /// <summary>Waits until the other side has made <paramref name="condition"/> true by reading answers.</summary>
    public void WaitForRoom(Func<bool> condition)
    {
        while (!condition())
        {
            Interlocked.Exchange(ref Ref(ChannelLayout.ResponseRoom), 1);
            if (condition())
            {
                return;
            }

            SleepForRoom();
        }
    }

    /// <summary>Publishes the response reserved last, and wakes the other side if it sleeps.</summary>
    public void Commit(FrameKind kind)
    {
        CommitQuietly(kind);
        if (kind != FrameKind.Symbol)
        {
            Notify(); // A symbol is of no interest before what uses it.
        }
    }

    /// <summary>Publishes the response reserved last, for whoever looks by himself; a later one wakes the other side.</summary>
    public void CommitQuietly(FrameKind kind) => _responses.Commit(kind);

    /// <summary>Whether the other side has given slot <paramref name="index"/> of the response segments back.</summary>
    public bool IsSegmentFree(int index) => Volatile.Read(ref Ref(ChannelLayout.Segments + (index * sizeof(int)))) == 0;

    public void FreeSegment(int index) => Volatile.Write(ref Ref(ChannelLayout.Segments + (index * sizeof(int))), 0);

    public void MarkSegmentUsed(int index) => Volatile.Write(ref Ref(ChannelLayout.Segments + (index * sizeof(int))), 1);

    /// <summary>Bytes of reports that the other side is done with, modulo 2^32.</summary>
    public uint ReportsTaken => (uint)Volatile.Read(ref Ref(ChannelLayout.ReportsTaken));

    /// <summary>Sends a report. Whoever counts what was taken sees to it that there is room.</summary>
    public void SendReport(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (!_reports.TryReserve(payload.Length, out Span<byte> room))
        {
            throw new RingCorruptException("more reports were taken than sent");
        }

        payload.CopyTo(room);
        _reports.Commit(kind);
        if (kind != FrameKind.Symbol)
        {
            Notify();
        }
    }

    /// <summary>Sleeps until <see cref="ReportsTaken"/> has moved on from <paramref name="taken"/>, or the time is over.</summary>
    public void WaitForReportsTaken(uint taken, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan left = limit;
        while (ReportsTaken == taken && left > TimeSpan.Zero)
        {
            Interlocked.Exchange(ref Ref(ChannelLayout.ReportsWanted), 1);
            if (ReportsTaken == taken)
            {
                Kernel.WaitWake.Wait(Word(ChannelLayout.ReportsWanted), 1, (long)left.TotalNanoseconds);
            }

            left = limit - Stopwatch.GetElapsedTime(start);
        }
    }

    private void SleepForRoom()
    {
        Notify();
        Kernel.WaitWake.Wait(Word(ChannelLayout.ResponseRoom), 1, -1);
    }

    private void Notify()
    {
        // What was published before must be seen by whoever is seen asleep after; the sleeper does the reverse.
        Interlocked.MemoryBarrier();
        switch ((DirectWaiter)Volatile.Read(ref Ref(ChannelLayout.ResponseWaiter)))
        {
            case DirectWaiter.Awake:
                break;
            case DirectWaiter.Asleep:
                if (Interlocked.CompareExchange(
                    ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Awake, (int)DirectWaiter.Asleep) == (int)DirectWaiter.Asleep)
                {
                    Kernel.WaitWake.Wake(Word(ChannelLayout.ResponseWaiter), 1);
                }

                break;
            default:
                // Nobody, or something that a wild write left here: the collector is always right.
                _doorbell.Ring();
                break;
        }
    }

    private void WaitForRequests()
    {
        if (Spin())
        {
            return;
        }

        Interlocked.Exchange(ref Ref(ChannelLayout.RequestSleep), 1);
        while (!_requests.HasFrames && Volatile.Read(ref Ref(ChannelLayout.RequestSleep)) == 1)
        {
            Kernel.WaitWake.Wait(Word(ChannelLayout.RequestSleep), 1, -1);
        }

        Volatile.Write(ref Ref(ChannelLayout.RequestSleep), 0);
    }

    private bool Spin()
    {
        long until = _spin.Begin();
        if (until == 0 || !_doorbell.TryBeginSpin())
        {
            return false;
        }

        Volatile.Write(ref Ref(ChannelLayout.WorkerSpins), 1);
        bool found;
        while (!(found = _requests.HasFrames) && Stopwatch.GetTimestamp() < until)
        {
            Pause.Once();
        }

        Volatile.Write(ref Ref(ChannelLayout.WorkerSpins), 0);
        _doorbell.EndSpin();
        _spin.End(found);
        return found;
    }
}
