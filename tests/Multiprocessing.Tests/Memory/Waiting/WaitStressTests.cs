using Multiprocessing.Memory;

namespace Multiprocessing.Tests.Memory.Waiting;

/// <summary>A lost wake-up would leave somebody asleep for ever, and the test out of time.</summary>
public sealed class WaitStressTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly List<TestMember> _members = [];
    private readonly AwaitedWord _word = AwaitedWord.Create();

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _word.Dispose();
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(3, 1, 1)]
    [InlineData(10, 1, 1)]
    public async Task Threads_and_tasks_of_several_members_share_a_lock(int members, int threadsEach, int tasksEach)
    {
        const int Rounds = 300;
        var work = new List<Task>();
        for (int i = 0; i < members; i++)
        {
            TestMember member = NewMember();
            var mutex = new TestLock(_word, member.Participant, member.Waits);
            work.AddRange(Enumerable.Range(0, threadsEach).Select(_ => Task.Factory.StartNew(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Assert.Equal(TestLock.Result.Acquired, mutex.Acquire(Deadline.Never));
                    Count();
                    mutex.Release();
                }
            }, TaskCreationOptions.LongRunning)));
            work.AddRange(Enumerable.Range(0, tasksEach).Select(_ => Task.Run(async () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Assert.Equal(TestLock.Result.Acquired, await mutex.AcquireAsync(Deadline.Never));
                    Count();
                    mutex.Release();
                }
            })));
        }

        await Task.WhenAll(work);
        Assert.Equal(members * (threadsEach + tasksEach) * Rounds, Counted());
        Assert.All(_members, member => Assert.Equal(0, member.Waits.Count));
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
            TestMember member = NewMember();
            var mutex = new TestLock(_word, member.Participant, member.Waits);
            var random = new Random((seed * 100) + i);
            bool threads = i % 2 == 0;
            work.Add(Task.Factory.StartNew(() =>
            {
                int acquired = 0;
                for (int round = 0; round < Rounds; round++)
                {
                    // Every fourth waits for as long as it takes: it is the one that would be left asleep.
                    int kind = random.Next(4);
                    using var source = new CancellationTokenSource();
                    if (kind == 1)
                    {
                        source.CancelAfter(TimeSpan.FromMicroseconds(random.Next(2000)));
                    }

                    Deadline deadline = Deadline.After(kind == 2 ? TimeSpan.FromMicroseconds(random.Next(1000)) : Timeout.InfiniteTimeSpan);
                    TestLock.Result result = threads
                        ? mutex.Acquire(deadline, source.Token)
                        : mutex.AcquireAsync(deadline, source.Token).GetAwaiter().GetResult();
                    if (result == TestLock.Result.Acquired)
                    {
                        acquired++;
                        Count();
                        Thread.SpinWait(random.Next(2000));
                        mutex.Release();
                    }
                }

                return acquired;
            }, TaskCreationOptions.LongRunning));
        }

        int[] counts = await Task.WhenAll(work);
        Assert.Equal(counts.Sum(), Counted());
        Assert.All(_members, member => Assert.Equal(0, member.Waits.Count));
    }

    [Fact]
    public async Task Every_single_wake_up_reaches_a_waiter()
    {
        // A semaphore: the word is a count, each release adds one and wakes one.
        const int Each = 2000;
        TestMember[] members = [.. Enumerable.Range(0, 3).Select(_ => NewMember())];
        var takers = members.SelectMany(member => new[]
        {
            Task.Factory.StartNew(() => TakeOnThread(member, Each), TaskCreationOptions.LongRunning),
            Task.Run(() => TakeAsync(member, Each)),
            Task.Run(() => TakeAsync(member, Each)),
        }).ToArray();
        TestMember giver = NewMember();
        for (int i = 0; i < Each * takers.Length; i++)
        {
            Give(giver);
        }

        await Task.WhenAll(takers);
        Assert.Equal(0, _word.Value);
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
            TestMember member = NewMember();
            var mutex = new TestLock(_word, member.Participant, member.Waits);
            bool threads = i % 2 == 0;
            survivors.Add(Task.Factory.StartNew(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    TestLock.Result result = threads
                        ? mutex.Acquire(Deadline.Never)
                        : mutex.AcquireAsync(Deadline.Never).GetAwaiter().GetResult();
                    if (result == TestLock.Result.Abandoned)
                    {
                        Interlocked.Increment(ref abandoned);
                    }

                    mutex.Release();
                }
            }, TaskCreationOptions.LongRunning));
        }

        for (int i = 0; i < Deaths; i++)
        {
            using var mortal = new TestMember(_root);
            var mutex = new TestLock(_word, mortal.Participant, mortal.Waits);
            if (mutex.Acquire(Deadline.Never) == TestLock.Result.Abandoned)
            {
                Interlocked.Increment(ref abandoned); // It inherited the lock from the one before.
            }

            mortal.Die();
        }

        while (Volatile.Read(ref abandoned) < Deaths)
        {
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        await Task.WhenAll(survivors);
    }

    private TestMember NewMember()
    {
        var member = new TestMember(_root);
        _ = member.Id;
        _members.Add(member);
        return member;
    }

    // Not atomic on purpose: the lock has to make it so.
    private unsafe void Count() => *_word.Data = *_word.Data + 1;

    private unsafe long Counted() => *_word.Data;

    private unsafe void Give(TestMember member)
    {
        Interlocked.Increment(ref *_word.Word);
        member.Waits.Wake(_word.Word, _word.Cell, 1);
    }

    private unsafe bool TryTake()
    {
        while (true)
        {
            int count = _word.Value;
            if (count == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref *_word.Word, count - 1, count) == count)
            {
                return true;
            }
        }
    }

    private void TakeOnThread(TestMember member, int times)
    {
        for (int i = 0; i < times;)
        {
            if (TryTake())
            {
                i++;
            }
            else
            {
                _word.Wait(member, 0);
            }
        }
    }

    private async Task TakeAsync(TestMember member, int times)
    {
        for (int i = 0; i < times;)
        {
            if (TryTake())
            {
                i++;
            }
            else
            {
                await _word.WaitAsync(member, 0);
            }
        }
    }
}
