using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Memory;

/// <summary>An asynchronous wait. Whoever takes it out of its group, under the registry's lock, and nobody else completes it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Gives up its timer when it completes, and every wait completes.")]
internal sealed unsafe class AsyncWaiter(WaitRegistry registry, int* word, WaiterCell* cell, uint epoch)
    : TaskCompletionSource<WaitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;
    private Deadline _deadline;
    private Timer? _timer;

    public int* Word => word;

    public WaiterCell* Cell => cell;

    public uint Epoch => epoch;

    public CellGroup? Group { get; set; }

    public AsyncWaiter? Previous { get; set; }

    public AsyncWaiter? Next { get; set; }

    /// <summary>Begins to look after time and cancellation, for a wait that is in its group already.</summary>
    public void Arm(Deadline deadline, CancellationToken cancellationToken)
    {
        if (!deadline.IsNever)
        {
            _deadline = deadline;
            var timer = new Timer(static waiter => ((AsyncWaiter)waiter!).OnTimer(), this, Timeout.Infinite, Timeout.Infinite);
            Volatile.Write(ref _timer, timer);
            timer.Change(UntilDeadline, Timeout.InfiniteTimeSpan);
        }

        _cancellation = cancellationToken.UnsafeRegister(static waiter => ((AsyncWaiter)waiter!).End(WaitOutcome.Cancelled), this);
        if (Task.IsCompleted)
        {
            Disarm();
        }
    }

    /// <summary>To be called by who took it out of its group.</summary>
    public void Complete(WaitOutcome outcome)
    {
        TrySetResult(outcome);
        Disarm();
    }

    private static TimeSpan LongestTimer => TimeSpan.FromDays(40);

    // Timers count whole milliseconds, cutting off the rest.
    private static TimeSpan TimerGrain => TimeSpan.FromMilliseconds(1);

    private TimeSpan UntilDeadline
    {
        get
        {
            TimeSpan due = _deadline.Remaining;
            return due <= TimeSpan.Zero ? TimeSpan.Zero : due < LongestTimer ? due + TimerGrain : LongestTimer;
        }
    }

    // The clock of timers is coarse, so one can come some milliseconds early; and the deadline can be beyond the longest timer.
    private void OnTimer()
    {
        if (_deadline.Remaining <= TimeSpan.Zero)
        {
            End(WaitOutcome.TimedOut);
        }
        else if (!Task.IsCompleted)
        {
            // If it was disposed of meanwhile, this does nothing.
            _timer!.Change(UntilDeadline, Timeout.InfiniteTimeSpan);
        }
    }

    private void End(WaitOutcome outcome) => registry.TryComplete(this, outcome);

    // Twice or at the same time by two threads does no harm; and neither waits for a callback that is just running.
    private void Disarm()
    {
        _timer?.Dispose();
        _cancellation.Unregister();
    }
}
