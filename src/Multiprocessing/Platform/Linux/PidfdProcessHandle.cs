using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// A child held by its pidfd (pidfd_open(2)). The event loop sees the pidfd become readable and reaps the child; a thread that
/// asks meanwhile may do it first: whoever holds the lock does it once, everybody else reads the result.
/// </summary>
internal sealed unsafe class PidfdProcessHandle : ProcessHandle
{
    private const int IdTypePidfd = 3;
    private const int WaitExited = 4;
    private const int WaitNoHang = 1;
    private const int ChildExited = 1;
    private const int SignalInfoSize = 128;

    private readonly Lock _lock = new();
    private readonly KernelHandle _pidfd;
    private readonly IDisposable _watch;
    private readonly TaskCompletionSource<ExitStatus> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Action<ExitStatus>>? _callbacks;
    private ExitStatus? _status;
    private bool _disposed;

    /// <summary>Until it has executed its program, a child has the memory of its parent, and the kernel counts that for its peak.</summary>
    private readonly long _inheritedPeak = ResourceUsage.OwnPeakResidentBytes;

    private readonly WorkerGroup? _group;
    private long _peak;
    private volatile bool _ranOutOfMemory;

    /// <summary>Takes charge of a child just started, before anything can have reaped it, and of the group that was made for it.</summary>
    public PidfdProcessHandle(int processId, WorkerGroup? group = null)
    {
        _group = group;
        Id = processId;
        nint pidfd = Libc.SystemCall(SystemCallNumbers.PidfdOpen, processId, 0, 0, 0, 0, 0);
        if (pidfd == -1)
        {
            throw Errno.Failure("pidfd_open");
        }

        _pidfd = new KernelHandle((int)pidfd);
        lock (_lock)
        {
            // Under the lock, because the child may end, and the loop begin to reap, before this assignment.
            _watch = Kernel.EventLoop.Watch(_pidfd, () => Reap());
        }
    }

    public override int Id { get; }

    public override ExitStatus? Exit => Reap();

    public override Task<ExitStatus> ExitTask => _exit.Task;

    public override void OnExit(Action<ExitStatus> callback)
    {
        ExitStatus status;
        lock (_lock)
        {
            if (_status is not { } known)
            {
                (_callbacks ??= []).Add(callback);
                return;
            }

            status = known;
        }

        callback(status);
    }

    public override void Send(int signal)
    {
        lock (_lock)
        {
            if (_status is null
                && Libc.SystemCall(SystemCallNumbers.PidfdSendSignal, _pidfd.Descriptor, signal, 0, 0, 0, 0) == -1
                && Errno.Last != Errno.NoSuchProcess)
            {
                throw Errno.Failure("pidfd_send_signal");
            }
        }
    }

    public override void SendToGroup(int signal)
    {
        // Only while the leader is unreaped can its id not have been given to somebody else.
        lock (_lock)
        {
            if (_status is null && Libc.GetProcessGroup(Id) == Id)
            {
                Libc.Kill(-Id, signal);
            }
        }
    }

    public override long PeakResidentBytes => Volatile.Read(ref _peak);

    public override bool RanOutOfMemory => _ranOutOfMemory;

    /// <summary>Calls <paramref name="action"/> with the id, unless that is not this child's any more.</summary>
    public void WhileItIsThere(Action<int> action)
    {
        lock (_lock)
        {
            if (_status is null)
            {
                action(Id);
            }
        }
    }

    public override ProcessMemory Memory
    {
        get
        {
            // As above: the id is certain only while the child is unreaped.
            lock (_lock)
            {
                return _status is null ? ProcessFiles.MemoryOf(Id) : default;
            }
        }
    }

    public override bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _status is null && ProcessFiles.IsStopped(Id);
            }
        }
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            if (_status is null)
            {
                return; // Still to be reaped: the event loop keeps this object until then.
            }
        }

        Release();
    }

    private ExitStatus? Reap()
    {
        List<Action<ExitStatus>>? callbacks;
        ExitStatus status;
        bool release;
        lock (_lock)
        {
            if (_status is not null)
            {
                return _status;
            }

            if (TryWait() is not { } ended)
            {
                return null;
            }

            _status = status = ended;
            callbacks = _callbacks;
            _callbacks = null;
            release = _disposed;
        }

        if (status.Code < 0 || !status.IsKnown)
        {
            // A killed runtime cannot remove its diagnostics endpoints from the temporary folder, nor the groups of its workers; whoever
            // reaps it does.
            RuntimeFiles.RemoveOf(Id);
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Kernel.Memory.RemoveLeftovers(), null);
        }

        if (_group is not null)
        {
            _ranOutOfMemory = _group.Close(out long groupPeak);
            if (_ranOutOfMemory)
            {
                // The kernel may have reclaimed the memory of who was killed before it noted how much that was (mm/oom_kill.c).
                Volatile.Write(ref _peak, Math.Max(_peak, groupPeak));
            }
        }

        _watch.Dispose();
        _exit.SetResult(status);
        if (callbacks is not null)
        {
            if (Kernel.EventLoop.IsCurrent)
            {
                callbacks.ForEach(callback => callback(status));
            }
            else
            {
                Kernel.EventLoop.Post(() => callbacks.ForEach(callback => callback(status)));
            }
        }

        if (release)
        {
            Release();
        }

        return status;
    }

    private ExitStatus? TryWait()
    {
        Span<byte> info = stackalloc byte[SignalInfoSize];
        info.Clear();
        byte* usage = stackalloc byte[ResourceUsage.Size];
        fixed (byte* pointer = info)
        {
            // The C library's function lacks the last argument.
            while (Libc.SystemCall(
                SystemCallNumbers.WaitId, IdTypePidfd, _pidfd.Descriptor, (nint)pointer, WaitExited | WaitNoHang, (nint)usage, 0) == -1)
            {
                switch (Errno.Last)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.NoChild:
                        return ExitStatus.Unknown; // Somebody else in this process reaped it.
                    case int error:
                        throw Errno.Failure("waitid", error);
                }
            }
        }

        // struct siginfo of 64-bit Linux: signal (0), code (8), pid (16), status (24). All zero: still running.
        if (MemoryMarshal.Read<int>(info) == 0)
        {
            return null;
        }

        long peak = ResourceUsage.PeakResidentBytes(usage);
        Volatile.Write(ref _peak, peak > _inheritedPeak ? peak : 0);
        int code = MemoryMarshal.Read<int>(info[8..]);
        int value = MemoryMarshal.Read<int>(info[24..]);
        return new ExitStatus(code == ChildExited ? value : -value, IsKnown: true);
    }

    private void Release()
    {
        _watch.Dispose();
        _pidfd.Dispose();
    }
}
