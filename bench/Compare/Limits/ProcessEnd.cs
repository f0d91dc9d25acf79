using Multiprocessing.Platform.Linux;

namespace Compare.Limits;

/// <summary>Notes when a child of this process has ended, which is when its pidfd becomes readable. Leaves it for the library to reap.</summary>
internal sealed unsafe class ProcessEnd
{
    private const int IdTypePid = 1;
    private const int WaitExited = 4;
    private const int WaitNoReap = 0x01000000;
    private const int SignalInfoSize = 128;
    private readonly Thread _watcher;
    private long _time;

    internal ProcessEnd(int processId)
    {
        using var watches = new ManualResetEvent(initialState: false);
        _watcher = new Thread(() =>
        {
            var info = stackalloc byte[SignalInfoSize];
            watches.Set();
            // Fails if the library was faster to reap it; it returns because of the end nevertheless.
            while (Libc.SystemCall(SystemCallNumbers.WaitId, IdTypePid, processId, (nint)info, WaitExited | WaitNoReap, 0, 0) == -1
                && Errno.Last == Errno.Interrupted)
            {
            }
            _time = Stopwatch.GetTimestamp();
        })
        {
            IsBackground = true,
            Name = "process-end",
        };
        _watcher.Start();
        watches.WaitOne();
    }

    /// <summary>The time of <see cref="Stopwatch.GetTimestamp"/>, once the process has ended.</summary>
    internal long Time
    {
        get
        {
            _watcher.Join();
            return _time;
        }
    }
}
