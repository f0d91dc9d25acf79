using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Memory;
using Multiprocessing.Platform;
using Multiprocessing.Tests.Memory.Waiting;

namespace Multiprocessing.Tests.Memory.Tree;

/// <summary>The services across real processes.</summary>
public sealed class ProcessTreeTests
{
    private const int StopSignal = 19;

    [Fact]
    public async Task A_child_opens_what_its_parent_deposited_and_its_hold_goes_with_it()
    {
        using (var board = new Board())
        {
            using ChildProcess child = Start(static (Guid token) => TreeTarget.OpenAndStay(token), board.Token);
            await board.ReachesAsync(0, 1);
            Assert.Equal(new BrokerCounts(1, 2, 0, 0), ProcessTree.Root.Broker.Counts);
            Assert.Equal(1, ProcessTree.Root.MemberCount);
            await KillAsync(child);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task An_object_parked_by_a_child_that_has_ended_can_be_taken()
    {
        using (var board = new Board())
        {
            using ChildProcess child = Start(static (Guid token) => TreeTarget.Produce(token), board.Token);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, child.ExitCode);
            using KernelHandle? memory = ProcessTree.HandOver.Open(board.Ticket, take: true, out Guid segment);
            Assert.NotNull(memory);
            Assert.True(TreeTarget.IsStamped(memory));
            ProcessTree.HandOver.Release(segment);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task An_object_that_nobody_took_goes_with_the_board_it_is_parked_in()
    {
        using (var board = new Board())
        {
            using ChildProcess child = Start(static (Guid token) => TreeTarget.Produce(token), board.Token);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task A_grandchild_gets_to_the_root_through_its_parent_and_both_are_dropped_when_the_parent_is_killed()
    {
        using (var board = new Board())
        {
            using ChildProcess child = Start(static (Guid token) => TreeTarget.StayWithChild(token), board.Token);
            await board.ReachesAsync(0, 2);
            Assert.Equal(new BrokerCounts(1, 3, 0, 0), ProcessTree.Root.Broker.Counts);
            Assert.Equal(2, ProcessTree.Root.MemberCount);
            await KillAsync(child);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task Workers_of_a_pool_share_memory_and_a_lock_with_their_parent()
    {
        using (var board = new Board())
        {
            await using (var pool = new ProcessPool(2))
            {
                Guid token = board.Token;
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pool.RunAsync(static t => TreeTarget.LockSometimes(t), token)));
            }

            Assert.Equal(8 * TreeTarget.Times, board[0]);
            Assert.Equal(0, board[2]);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task A_stopped_member_holds_nobody_up_and_is_dropped_when_it_is_killed()
    {
        using (var board = new Board())
        {
            using ChildProcess stopped = Start(static (Guid token) => TreeTarget.OpenAndStay(token), board.Token);
            await board.ReachesAsync(0, 1);
            Assert.Equal(0, Multiprocessing.Platform.Linux.Libc.Kill(stopped.Id!.Value, StopSignal));
            using ChildProcess other = Start(static (Guid token) => TreeTarget.Produce(token), board.Token);
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, other.ExitCode);
            await KillAsync(stopped);
        }

        await Board.NothingLeftAsync();
    }

    [Fact]
    public async Task Parents_killed_while_their_children_ask_for_the_root_leave_nothing()
    {
        using (var board = new Board())
        {
            var random = new Random(5);
            for (int i = 0; i < 20; i++)
            {
                using ChildProcess child = Start(static (Guid token) => TreeTarget.StayWithChild(token), board.Token);
                await Task.Delay(random.Next(250));
                await KillAsync(child);
            }
        }

        await Board.NothingLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_waiter_gets_the_lock_of_a_killed_owner(bool task)
    {
        var fromKill = new List<double>();
        var fromDeath = new List<double>();
        using (var board = new Board())
        {
            var mutex = new TestLock(board.Word, ProcessTree.Participant, ProcessTree.Waits);
            for (int i = 1; i <= Rounds(15); i++)
            {
                // No standby, because a runtime that starts in the background would be measured as well.
                using var owner = ChildProcess.Create(static (Guid token) => TreeTarget.LockAndStay(token), board.Token);
                owner.StartMethod = StartMethod.Spawn;
                owner.Start();
                await board.ReachesAsync(0, i);
                long died = 0;
                using KernelHandle handle = Kernel.Lifetime.OpenProcess(owner.Id!.Value)!;
                using IDisposable watch = Kernel.EventLoop.Watch(handle, () => Interlocked.CompareExchange(ref died, Stopwatch.GetTimestamp(), 0));
                Task<long> waiting = task
                    ? Task.Run(async () => Stamp(await mutex.AcquireAsync(Deadline.Never)))
                    : Task.Factory.StartNew(() => Stamp(mutex.Acquire(Deadline.Never)), TaskCreationOptions.LongRunning);
                while (ProcessTree.Waits.Count == 0)
                {
                    await Task.Yield();
                }

                long killed = Stopwatch.GetTimestamp();
                owner.Kill();
                long woken = await waiting;
                mutex.Release();
                await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
                fromKill.Add((woken - killed) / 1e6);
                fromDeath.Add((woken - Volatile.Read(ref died)) / 1e6);
            }
        }

        await Board.NothingLeftAsync();
        string what = task ? "task" : "thread";
        Report($"{what} awake after SIGKILL of the owner was sent: {Quantiles(fromKill)}; after the kernel had reported its end: {Quantiles(fromDeath)}");
    }

    internal static int Rounds(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_ROUNDS"), CultureInfo.InvariantCulture, out int many) ? many : few;

    internal static void Report(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_ROUNDS") is not null)
        {
            Console.Error.WriteLine(line);
        }
    }

    internal static ChildProcess Start<T>(Action<T> target, T argument)
    {
        var child = ChildProcess.Create(target, argument);
        child.Start();
        return child;
    }

    internal static Task KillAsync(ChildProcess child)
    {
        child.Kill();
        return child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static long Stamp(TestLock.Result result)
    {
        long now = Stopwatch.GetTimestamp();
        Assert.Equal(TestLock.Result.Abandoned, result);
        return now;
    }

    private static string Quantiles(List<double> milliseconds)
    {
        milliseconds = milliseconds[2..]; // The first ones compile the code.
        milliseconds.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {milliseconds[milliseconds.Count / 2]:0.000} ms, p99 {milliseconds[(int)(milliseconds.Count * 0.99)]:0.000} ms, n = {milliseconds.Count}");
    }
}
