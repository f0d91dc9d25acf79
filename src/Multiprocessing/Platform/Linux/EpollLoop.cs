using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>The event loop by epoll(7), with a timerfd for the nearest deadline and an eventfd to be woken by.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed unsafe class EpollLoop : EventLoop
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const uint Readable = 1;
    private const uint PeerClosed = 0x2000;
    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const int MaxEvents = 64;
    private const long WakeKey = 0;
    private const long TimerKey = 1;

    // struct epoll_event is packed on x64 only.
    private static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = KeyOffset + sizeof(long);

    private readonly KernelHandle _epoll = new(Errno.Check(Libc.EpollCreate(CloseOnExec), "epoll_create1"));
    private readonly KernelHandle _wake = new(Errno.Check(Libc.EventFd(0, CloseOnExec | NonBlocking), "eventfd"));
    private readonly KernelHandle _timer = new(
        Errno.Check(Libc.TimerCreate(ClockMonotonic, CloseOnExec | NonBlocking), "timerfd_create"));

    // By key. Plain dictionaries with long keys exist ready-made in the runtime; other collections would be compiled at each start.
    private readonly Dictionary<long, Registration> _registrations = [];
    private readonly Lock _registrationsLock = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Lock _deadlinesLock = new();
    private readonly DeadlineQueue<Deadline> _deadlines = new();
    private readonly Thread _thread;
    private long _lastKey = TimerKey;

    public EpollLoop()
    {
        Add(_wake.Descriptor, WakeKey);
        Add(_timer.Descriptor, TimerKey);
        _thread = new Thread(Loop) { IsBackground = true, Name = "mp-events" };
        _thread.UnsafeStart();
    }

    public override bool IsCurrent => Thread.CurrentThread == _thread;

    public override IDisposable Watch(KernelHandle handle, Action onReadable)
    {
        var registration = new Registration(this, handle, Interlocked.Increment(ref _lastKey), onReadable);
        lock (_registrationsLock)
        {
            _registrations[registration.Key] = registration;
        }

        Add(handle.Descriptor, registration.Key);
        return registration;
    }

    public override IDisposable At(long due, Action callback)
    {
        var deadline = new Deadline(callback);
        lock (_deadlinesLock)
        {
            bool nearest = due < _deadlines.FirstDue;
            _deadlines.Enqueue(deadline, due);
            if (nearest)
            {
                Arm(due);
            }
        }

        return deadline;
    }

    public override void Post(Action action)
    {
        _posted.Enqueue(action);
        long one = 1;
        Libc.Write(_wake.Descriptor, &one, sizeof(long));
    }

    private void Loop()
    {
        byte* events = stackalloc byte[MaxEvents * EventSize];
        while (true)
        {
            int count = Libc.EpollWait(_epoll.Descriptor, events, MaxEvents, -1);
            if (count == -1 && Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure("epoll_wait");
            }

            for (int i = 0; i < count; i++)
            {
                switch (*(long*)(events + (i * EventSize) + KeyOffset))
                {
                    case WakeKey:
                        Drain(_wake);
                        break;
                    case TimerKey:
                        Drain(_timer);
                        break;
                    case long key:
                        Find(key)?.Invoke();
                        break;
                }
            }

            RunDueDeadlines();
            while (_posted.TryDequeue(out Action? action))
            {
                action();
            }
        }
    }

    private Registration? Find(long key)
    {
        lock (_registrationsLock)
        {
            return _registrations.TryGetValue(key, out Registration? found) ? found : null;
        }
    }

    private void RunDueDeadlines()
    {
        while (true)
        {
            Deadline deadline;
            lock (_deadlinesLock)
            {
                if (_deadlines.Count == 0)
                {
                    return;
                }

                deadline = _deadlines.First;
                long due = _deadlines.FirstDue;
                if (due > Stopwatch.GetTimestamp() && !deadline.IsDisposed)
                {
                    Arm(due);
                    return;
                }

                _deadlines.RemoveFirst();
            }

            deadline.Invoke();
        }
    }

    /// <summary>Stopwatch ticks are nanoseconds of CLOCK_MONOTONIC on Linux, the clock of the timer.</summary>
    private void Arm(long due)
    {
        long* setting = stackalloc long[4];
        setting[0] = setting[1] = 0;
        setting[2] = Math.Max(1, due) / 1_000_000_000;
        setting[3] = Math.Max(1, due) % 1_000_000_000;
        Errno.Check(Libc.TimerSet(_timer.Descriptor, AbsoluteTime, setting, null), "timerfd_settime");
    }

    private void Add(int descriptor, long key)
    {
        byte* e = stackalloc byte[EventSize];
        *(uint*)e = Readable | PeerClosed;
        *(long*)(e + KeyOffset) = key;
        Errno.Check(Libc.EpollControl(_epoll.Descriptor, ControlAdd, descriptor, e), "epoll_ctl");
    }

    private static void Drain(KernelHandle counter)
    {
        Span<byte> value = stackalloc byte[8];
        Descriptors.Read(counter, value);
    }

    private void Remove(Registration registration)
    {
        // All of it under the lock: whoever comes second may close the handle at once, and its number may be another one's then.
        lock (_registrationsLock)
        {
            if (_registrations.Remove(registration.Key))
            {
                // Fails only if the handle was closed before: then the kernel has removed it already.
                long unused;
                _ = Libc.EpollControl(_epoll.Descriptor, ControlDelete, registration.Handle.Descriptor, &unused);
            }
        }
    }

    private sealed class Registration(EpollLoop loop, KernelHandle handle, long key, Action onReadable) : IDisposable
    {
        private readonly Lock _invoking = new();
        private volatile bool _disposed;

        public KernelHandle Handle => handle;

        public long Key => key;

        public void Invoke()
        {
            lock (_invoking)
            {
                if (!_disposed)
                {
                    onReadable();
                }
            }
        }

        public void Dispose()
        {
            _disposed = true;
            loop.Remove(this);
        }
    }

    private sealed class Deadline(Action callback) : IDisposable
    {
        private Action? _callback = callback;

        public bool IsDisposed => Volatile.Read(ref _callback) is null;

        public void Invoke() => Interlocked.Exchange(ref _callback, null)?.Invoke();

        /// <summary>Stays in the heap, empty, until it is due or reaches the top.</summary>
        public void Dispose() => Interlocked.Exchange(ref _callback, null);
    }
}
