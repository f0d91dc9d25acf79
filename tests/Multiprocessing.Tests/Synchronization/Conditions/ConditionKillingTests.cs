using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Conditions;

/// <summary>
/// A shelf for one thing, with producers and consumers in every process. If a notification were lost with a process that it was given to, all
/// producers would wait for room and all consumers for something to take.
/// </summary>
public sealed class ConditionKillingTests
{
    private const int OnTheShelf = Killing.Free;

    [Theory(Timeout = 1_800_000)]
    [InlineData(15)]
    [InlineData(16)]
    [Trait("PainPoint", "6")]
    public async Task Waiters_and_notifiers_killed_at_any_moment_leave_nobody_waiting(int seed)
    {
        using var mutex = new ProcessLock();
        using var notEmpty = new ProcessCondition(mutex);
        using var notFull = new ProcessCondition(mutex);
        using var board = new SharedProbe();
        var shelf = new Shelf(mutex, notEmpty, notFull, board);
        await new Killing(seed, board).RunAsync("ProcessCondition", static work => UseForEver(work), shelf);
        Assert.InRange(board[OnTheShelf], 0, 1);
    }

    [Theory(Timeout = 1_800_000)]
    [InlineData(17)]
    public async Task The_same_with_a_recursive_lock(int seed)
    {
        using var mutex = new ProcessRLock();
        using var notEmpty = new ProcessCondition(mutex);
        using var notFull = new ProcessCondition(mutex);
        using var board = new SharedProbe();
        var shelf = new Shelf(null, notEmpty, notFull, board);
        await new Killing(seed, board).RunAsync("ProcessCondition of a ProcessRLock", static work => UseForEver(work), shelf);
        Assert.InRange(board[OnTheShelf], 0, 1);
    }

    private static void UseForEver(Shelf shelf)
    {
        if (shelf.Mutex is not null)
        {
            _ = Task.Run(() => MoveForEverAsync(shelf, from: 0));
            _ = Task.Run(() => MoveForEverAsync(shelf, from: 1));
        }

        new Thread(() => MoveForEver(shelf, from: 0)) { IsBackground = true }.Start();
        MoveForEver(shelf, from: 1);
    }

    private static void MoveForEver(Shelf shelf, int from)
    {
        ProcessCondition wanted = from == 0 ? shelf.NotFull : shelf.NotEmpty;
        while (true)
        {
            MendIf(shelf, wanted.RLock?.Acquire() ?? shelf.Mutex!.Acquire());
            while (shelf.Board[OnTheShelf] != from)
            {
                wanted.Wait();
                MendIf(shelf, wanted.ReacquireResult);
            }

            Move(shelf, from);
            wanted.RLock?.Release();
            shelf.Mutex?.Release();
        }
    }

    private static async Task MoveForEverAsync(Shelf shelf, int from)
    {
        ProcessCondition wanted = from == 0 ? shelf.NotFull : shelf.NotEmpty;
        var random = new Random(Environment.ProcessId + from);
        while (true)
        {
            MendIf(shelf, await shelf.Mutex!.AcquireAsync());
            while (shelf.Board[OnTheShelf] != from)
            {
                await wanted.WaitAsync(random.Next(3) == 0 ? TimeSpan.FromMicroseconds(random.Next(2000)) : Timeout.InfiniteTimeSpan);
                MendIf(shelf, wanted.ReacquireResult);
            }

            Move(shelf, from);
            shelf.Mutex.Release();
        }
    }

    /// <summary>Alone inside, after the shelf was seen to be as it should.</summary>
    private static void Move(Shelf shelf, int from)
    {
        shelf.Board[OnTheShelf] = 1 - from;
        (from == 0 ? shelf.NotEmpty : shelf.NotFull).Notify();
        shelf.Board.Add(shelf.Board[OnTheShelf] == 1 - from ? Killing.Done : Killing.Wrong, 1);
    }

    /// <summary>Who died with the lock may have moved something without notifying.</summary>
    private static void MendIf(Shelf shelf, AcquireResult result)
    {
        if (result == AcquireResult.Abandoned)
        {
            shelf.Board.Add(Killing.TakenOver, 1);
            shelf.Board[Killing.TakenOverAt] = System.Diagnostics.Stopwatch.GetTimestamp();
            shelf.NotEmpty.NotifyAll();
            shelf.NotFull.NotifyAll();
        }
    }

    private sealed record Shelf(ProcessLock? Mutex, ProcessCondition NotEmpty, ProcessCondition NotFull, SharedProbe Board);
}
