using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Locks;

public sealed class LockKillingTests
{
    [Theory(Timeout = 1_800_000)]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("PainPoint", "5")]
    public async Task Users_of_a_lock_killed_at_any_moment_leave_nobody_waiting_and_nobody_inside(int seed)
    {
        using var mutex = new ProcessLock();
        using var board = new SharedProbe();
        await new Killing(seed, board).RunAsync("ProcessLock", static work => UseForEver(work), (mutex, board));
        Assert.NotEqual(AcquireResult.TimedOut, mutex.TryAcquire(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        mutex.Release();
    }

    [Theory(Timeout = 1_800_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Users_of_a_recursive_lock_killed_at_any_moment_leave_nobody_waiting_and_nobody_inside(int seed)
    {
        using var mutex = new ProcessRLock();
        using var board = new SharedProbe();
        await new Killing(seed, board).RunAsync("ProcessRLock", static work => UseForEver(work), (mutex, board));
        Assert.NotEqual(AcquireResult.TimedOut, mutex.TryAcquire(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        mutex.Release();
    }

    /// <summary>By a thread and a task; some give up early.</summary>
    private static void UseForEver((ProcessLock Mutex, SharedProbe Board) work)
    {
        _ = Task.Run(async () =>
        {
            var random = new Random(Environment.ProcessId);
            while (true)
            {
                TimeSpan time = random.Next(4) == 0 ? TimeSpan.FromMicroseconds(random.Next(500)) : Timeout.InfiniteTimeSpan;
                Use(work, await work.Mutex.TryAcquireAsync(time));
            }
        });
        var own = new Random(-Environment.ProcessId);
        while (true)
        {
            TimeSpan time = own.Next(4) == 0 ? TimeSpan.FromMicroseconds(own.Next(500)) : Timeout.InfiniteTimeSpan;
            Use(work, work.Mutex.TryAcquire(time));
        }
    }

    private static void Use((ProcessLock Mutex, SharedProbe Board) work, AcquireResult result)
    {
        if (result != AcquireResult.TimedOut)
        {
            Killing.Inside(work.Board, result == AcquireResult.Abandoned);
            work.Mutex.Release();
        }
    }

    private static void UseForEver((ProcessRLock Mutex, SharedProbe Board) work)
    {
        new Thread(() => UseOnThread(work)) { IsBackground = true }.Start();
        UseOnThread(work);
    }

    private static void UseOnThread((ProcessRLock Mutex, SharedProbe Board) work)
    {
        while (true)
        {
            AcquireResult result = work.Mutex.Acquire();
            if (work.Mutex.Acquire() != AcquireResult.Acquired)
            {
                work.Board.Add(Killing.Wrong, 1);
            }

            Killing.Inside(work.Board, result == AcquireResult.Abandoned);
            work.Mutex.Release();
            work.Mutex.Release();
        }
    }
}
