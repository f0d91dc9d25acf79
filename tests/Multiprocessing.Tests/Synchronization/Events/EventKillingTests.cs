using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Events;

public sealed class EventKillingTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// The event is set by those who are killed, and reset only when all who wait here are back: were one of them not woken, nobody would do it.
    /// </summary>
    [Theory(Timeout = 1_800_000)]
    [InlineData(11)]
    [InlineData(12)]
    [Trait("PainPoint", "6")]
    public async Task Who_sets_an_event_may_be_killed_at_any_moment_and_all_who_wait_are_released(int seed)
    {
        using var e = new ProcessEvent();
        using var again = new ProcessEvent();
        using var board = new SharedProbe();
        using var stop = new CancellationTokenSource();
        Task waiting = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.WhenAll(AssertReleasedAsync(e.WaitAsync(Long)), AssertReleasedAsync(OnThreadAsync(e)));
                board.Add(Killing.Done, 1);
                e.Reset();
                again.Set();
                again.Reset();
            }
        });
        await new Killing(seed, board).RunAsync("ProcessEvent", static work => UseForEver(work), (e, again, board));
        await stop.CancelAsync();
        e.Set();
        await waiting;
    }

    private static async Task AssertReleasedAsync(Task<bool> wait) => Assert.True(await wait, "It was not woken.");

    private static Task<bool> OnThreadAsync(ProcessEvent e) => Task.Factory.StartNew(
        () => e.Wait(Long), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Waits by a thread and a task, and sets; each once per round, unless it misses that the next one begins.</summary>
    private static void UseForEver((ProcessEvent Event, ProcessEvent Again, SharedProbe Board) work)
    {
        new Thread(() =>
        {
            while (true)
            {
                CountIfLate(work.Board, work.Event.Wait(Long));
                work.Again.Wait(Pause);
            }
        }).Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                CountIfLate(work.Board, await work.Event.WaitAsync(Long));
                await work.Again.WaitAsync(Pause);
            }
        });
        var random = new Random(Environment.ProcessId);
        while (true)
        {
            Thread.SpinWait(random.Next(200));
            work.Event.Set();
            work.Again.Wait(Pause);
        }
    }

    private static void CountIfLate(SharedProbe board, bool released)
    {
        if (!released)
        {
            board.Add(Killing.Wrong, 1);
        }
    }
}
