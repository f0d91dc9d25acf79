using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Semaphores;

public sealed class SemaphoreKillingTests
{
    private const int Permits = 2;

    [Theory(Timeout = 1_800_000)]
    [InlineData(5)]
    [InlineData(6)]
    [Trait("PainPoint", "29")]
    public async Task Users_of_a_semaphore_killed_at_any_moment_leave_all_permits(int seed)
    {
        using var semaphore = new ProcessSemaphore(Permits, Permits);
        using var board = new SharedProbe();
        await new Killing(seed, board).RunAsync("ProcessSemaphore", static work => UseForEver(work), (semaphore, board));

        // The last of them may be dead and not yet noted.
        long start = Stopwatch.GetTimestamp();
        while (semaphore.CurrentCount != Permits)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), $"{semaphore.CurrentCount} permits are left.");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private static void UseForEver((ProcessSemaphore Semaphore, SharedProbe Board) work)
    {
        _ = Task.Run(async () =>
        {
            while (true)
            {
                await work.Semaphore.AcquireAsync();
                Inside(work.Board);
                work.Semaphore.Release();
            }
        });
        var random = new Random(Environment.ProcessId);
        while (true)
        {
            TimeSpan time = random.Next(4) == 0 ? TimeSpan.FromMicroseconds(random.Next(500)) : Timeout.InfiniteTimeSpan;
            if (work.Semaphore.TryAcquire(time))
            {
                Inside(work.Board);
                work.Semaphore.Release();
            }
        }
    }

    /// <summary>A permit is a place on the board; it is free if its owner is dead. Who has a permit finds one.</summary>
    private static void Inside(SharedProbe board)
    {
        long me = ProcessTree.Participant.Id.Value;

        // That of a dead one first: so it is seen when its permit is back. More than once, as others change places during the look.
        int place = -1;
        for (int look = 0; look < 1000 && place < 0; look++)
        {
            place = Find(board, me, static seen => seen != 0);
            place = place >= 0 ? place : Find(board, me, static seen => seen == 0);
        }

        if (place < 0)
        {
            board.Add(Killing.Wrong, 1);
            return;
        }

        board.Add(Killing.Done, 1);
        Thread.SpinWait(50);
        board[Killing.Free + place] = 0;
    }

    private static int Find(SharedProbe board, long me, Func<long, bool> wanted)
    {
        for (int place = 0; place < Permits; place++)
        {
            long seen = board[Killing.Free + place];
            if (!ProcessTree.Participant.Table.IsAlive(new OwnerId((uint)seen)) && wanted(seen) && TryChange(board, Killing.Free + place, seen, me))
            {
                if (seen != 0)
                {
                    board[Killing.TakenOverAt] = Stopwatch.GetTimestamp();
                    board.Add(Killing.TakenOver, 1);
                }

                return place;
            }
        }

        return -1;
    }

    private static unsafe bool TryChange(SharedProbe board, int number, long from, long to)
    {
        bool changed = Interlocked.CompareExchange(ref ((long*)board.Block.Pointer)[number], to, from) == from;
        GC.KeepAlive(board);
        return changed;
    }
}
