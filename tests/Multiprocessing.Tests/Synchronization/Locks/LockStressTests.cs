using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Locks;

/// <summary>Several members of a tree in one process, so that many more meet per second than processes could.</summary>
public sealed class LockStressTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.Lock, 256);

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _block.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancellations_and_time_outs_at_any_moment_take_no_wake_up_from_others(int seed)
    {
        const int Rounds = 400;
        var work = new List<Task<int>>();
        for (int i = 0; i < 8; i++)
        {
            ProcessLock mutex = Of(NewMember());
            var random = new Random((seed * 100) + i);
            bool threads = i % 2 == 0;
            work.Add(Task.Factory.StartNew(
                () => Enumerable.Range(0, Rounds).Count(_ => TryOnce(mutex, random, threads)), TaskCreationOptions.LongRunning));
        }

        int[] counts = await Task.WhenAll(work);
        Assert.Equal(counts.Sum(), Counted());
        Assert.All(_members, member => Assert.Equal(0, member.Waits.Count));
    }

    [Fact]
    public async Task Owners_that_die_at_any_moment_leave_nobody_waiting()
    {
        const int Deaths = 200;
        int abandoned = 0;
        var survivors = new List<Task>();
        using var stop = new CancellationTokenSource();
        for (int i = 0; i < 4; i++)
        {
            ProcessLock mutex = Of(NewMember());
            bool threads = i % 2 == 0;
            survivors.Add(Task.Factory.StartNew(
                () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        AcquireResult result = threads ? mutex.Acquire() : mutex.AcquireAsync().AsTask().GetAwaiter().GetResult();
                        if (result == AcquireResult.Abandoned)
                        {
                            Interlocked.Increment(ref abandoned);
                        }

                        mutex.Release();
                    }
                },
                TaskCreationOptions.LongRunning));
        }

        for (int i = 0; i < Deaths; i++)
        {
            using var mortal = new TestMember(_root);
            if (Of(mortal).Acquire(TestContext.Current.CancellationToken) == AcquireResult.Abandoned)
            {
                Interlocked.Increment(ref abandoned); // It inherited the lock from the one before.
            }

            mortal.Die();
        }

        while (Volatile.Read(ref abandoned) < Deaths)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(survivors);
    }

    [Fact]
    public async Task Objects_disposed_of_at_any_moment_leave_nobody_waiting_and_the_lock_free()
    {
        TestMember[] members = [.. Enumerable.Range(0, 4).Select(_ => NewMember())];
        ProcessLock mutex = Of(members[0]);
        for (int round = 0; round < 300; round++)
        {
            ProcessLock[] others = [.. members.Select(Of)];
            Task[] work = [.. others.Select((other, i) => Task.Factory.StartNew(() => UseUntilDisposed(other, i % 2 == 0), TaskCreationOptions.LongRunning))];
            Thread.SpinWait(round * 20);
            Array.ForEach(others, static other => other.Dispose());
            await Task.WhenAll(work);
            Assert.NotEqual(AcquireResult.TimedOut, mutex.TryAcquire());
            mutex.Release();
        }
    }

    private static void UseUntilDisposed(ProcessLock mutex, bool threads)
    {
        try
        {
            while (true)
            {
                _ = threads ? mutex.Acquire() : mutex.AcquireAsync().AsTask().GetAwaiter().GetResult();
                mutex.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // As meant.
        }
    }

    private bool TryOnce(ProcessLock mutex, Random random, bool threads)
    {
        // Half of them wait for as long as it takes: they are those that would be left asleep.
        int kind = random.Next(4);
        using var source = new CancellationTokenSource();
        if (kind == 1)
        {
            source.CancelAfter(TimeSpan.FromMicroseconds(random.Next(2000)));
        }

        TimeSpan timeout = kind == 2 ? TimeSpan.FromMicroseconds(random.Next(1000)) : Timeout.InfiniteTimeSpan;
        try
        {
            AcquireResult result = threads
                ? mutex.TryAcquire(timeout, source.Token)
                : mutex.TryAcquireAsync(timeout, source.Token).AsTask().GetAwaiter().GetResult();
            if (result == AcquireResult.TimedOut)
            {
                return false;
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        Count();
        Thread.SpinWait(random.Next(2000));
        mutex.Release();
        return true;
    }

    // Not atomic on purpose: the lock has to make it so.
    private unsafe void Count() => ++*(long*)(_block.Pointer + 128);

    private unsafe long Counted() => *(long*)(_block.Pointer + 128);

    private ProcessLock Of(TestMember member) => new(_block, member.Participant, member.Waits);

    private TestMember NewMember()
    {
        var member = new TestMember(_root);
        _ = member.Id;
        _members.Add(member);
        return member;
    }
}
