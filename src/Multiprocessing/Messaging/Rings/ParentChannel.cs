using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The side of a <see cref="Channel"/> of the process that gives out work. Requests are written by one thread at a time,
/// responses taken by one thread at a time; callers see to both.
/// </summary>
internal sealed unsafe class ParentChannel : Channel
{
    private volatile bool _wantsRoom;
    private int _hasDirectWaiter;

    public ParentChannel(int capacity = ChannelLayout.DefaultCapacity)
        : base(Kernel.SharedMemory.Create(ChannelLayout.TotalSize(capacity), "mp-channel"), capacity)
    {
        *Word(ChannelLayout.CapacityOffset) = capacity;
        *Word(ChannelLayout.MagicOffset) = ChannelLayout.Magic;
        Requests = new RingWriter(
            RequestData, capacity, Long(ChannelLayout.RequestTail), Long(ChannelLayout.RequestHead));
        Responses = new RingReader(
            ResponseData, capacity, Long(ChannelLayout.ResponseTail), Long(ChannelLayout.ResponseHead));
        Reports = new RingReader(
            ReportData, ChannelLayout.ReportCapacity, Long(ChannelLayout.ReportTail), Long(ChannelLayout.ReportHead));
    }

    public RingWriter Requests { get; }

    public RingReader Responses { get; }

    public RingReader Reports { get; }

    /// <summary>Whether there is something for the collector to do.</summary>
    public bool HasNews => Responses.HasFrames || Reports.HasFrames || (_wantsRoom && Volatile.Read(ref Ref(ChannelLayout.RequestRoom)) == 0);

    /// <summary>Wakes the worker if it sleeps; after a request was committed.</summary>
    public void WakeWorker()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref Ref(ChannelLayout.RequestSleep)) == 1
            && Interlocked.Exchange(ref Ref(ChannelLayout.RequestSleep), 0) == 1)
        {
            Kernel.WaitWake.Wake(Word(ChannelLayout.RequestSleep), 1);
        }
    }

    /// <summary>Asks the worker to say when its ring of requests has become empty.</summary>
    public void AskForRoom()
    {
        _wantsRoom = true;
        Interlocked.Exchange(ref Ref(ChannelLayout.RequestRoom), 1);

        // It may have gone to sleep, with an empty ring, just before it could see the question.
        WakeWorker();
    }

    /// <summary>Whether room was asked for and has come.</summary>
    public bool TakeRoomAnswer()
    {
        if (!_wantsRoom || Volatile.Read(ref Ref(ChannelLayout.RequestRoom)) != 0)
        {
            return false;
        }

        _wantsRoom = false;
        return true;
    }

    /// <summary>Wakes the worker if it waits for room in the ring of responses; after responses were released.</summary>
    public void AnnounceRoom()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref Ref(ChannelLayout.ResponseRoom)) == 1
            && Interlocked.Exchange(ref Ref(ChannelLayout.ResponseRoom), 0) == 1)
        {
            Kernel.WaitWake.Wake(Word(ChannelLayout.ResponseRoom), 1);
        }
    }

    /// <summary>The start, as a time of <see cref="Stopwatch.GetTimestamp"/>, of the request <paramref name="sequence"/>; 0 if it does not run.</summary>
    public long RunningSince(uint sequence)
    {
        long* running = Long(ChannelLayout.Running);
        if (Volatile.Read(ref *running) != sequence)
        {
            return 0;
        }

        long since = Volatile.Read(ref *Long(ChannelLayout.RunningSince));

        // The worker writes the time before the sequence, and 0 between two requests: if both looks agree, so does the time.
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref *running) == sequence ? Math.Max(1, since) : 0;
    }

    /// <summary>How long the worker's last task ran, in ticks of the stopwatch; 0: none has.</summary>
    public long LastRun => Volatile.Read(ref *Long(ChannelLayout.LastRun));

    /// <summary>Lets the worker send as many bytes of reports again. From any thread that holds the channel.</summary>
    public void AcknowledgeReports(int bytes)
    {
        Interlocked.Add(ref Ref(ChannelLayout.ReportsTaken), bytes);
        if (Volatile.Read(ref Ref(ChannelLayout.ReportsWanted)) == 1
            && Interlocked.Exchange(ref Ref(ChannelLayout.ReportsWanted), 0) == 1)
        {
            Kernel.WaitWake.Wake(Word(ChannelLayout.ReportsWanted), 1);
        }
    }

    /// <summary>Gives a response segment back to the worker.</summary>
    public void FreeSegment(int index) => Volatile.Write(ref Ref(ChannelLayout.Segments + (index * sizeof(int))), 0);

    /// <summary>After the worker's death: whether it died as one of the spinners, and must be struck off their count.</summary>
    public bool DiedSpinning => Volatile.Read(ref Ref(ChannelLayout.WorkerSpins)) == 1;

    /// <summary>Makes the calling thread the one that takes this channel's responses, instead of the collector.</summary>
    public bool TryEnterDirectWait()
    {
        // Who waits is known here; the word in the channel only tells the worker, which may have been overwritten.
        if (Interlocked.Exchange(ref _hasDirectWaiter, 1) != 0)
        {
            return false;
        }

        Interlocked.Exchange(ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Awake);
        return true;
    }

    /// <summary>Gives the channel back to the collector. The caller then looks once more for responses.</summary>
    public void LeaveDirectWait()
    {
        Interlocked.Exchange(ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.None);
        Interlocked.Exchange(ref _hasDirectWaiter, 0);
    }

    /// <summary>Whether a thread waits here directly, so that the collector has nothing to do.</summary>
    public bool HasDirectWaiter => Volatile.Read(ref _hasDirectWaiter) != 0;

    /// <summary>
    /// Sleeps, as the direct waiter, until there is a response or <see cref="Disturb"/> is called.
    /// </summary>
    /// <param name="state">For <paramref name="isOver"/>.</param>
    /// <param name="isOver">Whether there is nothing to wait for any more; whoever makes it true calls <see cref="Disturb"/> after.</param>
    public void SleepDirectly<T>(T state, Func<T, bool> isOver)
    {
        Interlocked.Exchange(ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Asleep);
        if (!HasNews && !isOver(state))
        {
            Kernel.WaitWake.Wait(Word(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Asleep, -1);
        }

        Interlocked.Exchange(ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Awake);
    }

    /// <summary>Wakes the direct waiter, if any, to look at something other than responses: a death, a cancellation.</summary>
    public void Disturb()
    {
        if (Interlocked.CompareExchange(
            ref Ref(ChannelLayout.ResponseWaiter), (int)DirectWaiter.Awake, (int)DirectWaiter.Asleep) == (int)DirectWaiter.Asleep)
        {
            Kernel.WaitWake.Wake(Word(ChannelLayout.ResponseWaiter), 1);
        }
    }

    /// <summary>As <see cref="Disturb"/>, after the worker's death: it may have marked the waiter as awake and not woken it any more.</summary>
    public void DisturbForTheDead() => Kernel.WaitWake.Wake(Word(ChannelLayout.ResponseWaiter), 1);
}
