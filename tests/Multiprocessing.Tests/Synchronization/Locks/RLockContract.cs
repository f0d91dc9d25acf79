using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Locks;

public sealed class RLockOfThreadsTests() : RLockContract(OtherSide.Threads);

public sealed class RLockOfSpawnedProcessesTests() : RLockContract(OtherSide.Spawned);

public sealed class RLockOfStandbyProcessesTests() : RLockContract(OtherSide.Standby);

public abstract class RLockContract(OtherSide side) : SharedContract(side)
{
    [Fact]
    public void Its_thread_acquires_it_again_and_must_release_it_as_often()
    {
        using var mutex = new ProcessRLock();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(AcquireResult.Acquired, mutex.Acquire(TestEnd));
        }

        Assert.True(mutex.IsHeldByCurrentThread);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(AcquireResult.TimedOut, Elsewhere(mutex));
            mutex.Release();
        }

        Assert.False(mutex.IsLocked);
        Assert.False(mutex.IsHeldByCurrentThread);
        Assert.Equal(AcquireResult.Acquired, Elsewhere(mutex));
        Assert.Throws<SynchronizationLockException>(mutex.Release);
    }

    [Fact]
    public void Another_thread_of_the_same_process_is_another_owner()
    {
        using var mutex = new ProcessRLock();
        mutex.Acquire(TestEnd);
        OnThread(() =>
        {
            Assert.False(mutex.IsHeldByCurrentThread);
            Assert.Equal(AcquireResult.TimedOut, mutex.TryAcquire());
            Assert.Equal(AcquireResult.TimedOut, mutex.TryAcquire(Short));
            Assert.Throws<SynchronizationLockException>(mutex.Release);
        });
        mutex.Release();
        OnThread(() =>
        {
            Assert.Equal(AcquireResult.Acquired, mutex.TryAcquire());
            mutex.Release();
        });
    }

    [Fact]
    public void Two_objects_for_the_same_lock_count_together()
    {
        using var mutex = new ProcessRLock();
        using ProcessRLock again = Others.Run(static x => x, mutex);
        mutex.Acquire(TestEnd);
        again.Acquire(TestEnd);
        mutex.Release();
        Assert.Equal(AcquireResult.TimedOut, Elsewhere(mutex));
        again.Release();
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task Nobody_is_inside_with_another()
    {
        const int Rounds = 2000;
        using var mutex = new ProcessRLock();
        using var probe = new SharedProbe();
        Task[] work =
        [
            .. Enumerable.Range(0, Workers).Select(_ => Others.RunAsync(Count, (mutex, probe, Rounds))),
            OnThreadAsync(() =>
            {
                Count((mutex, probe, Rounds));
                return 0;
            }),
        ];
        await Task.WhenAll(work);
        Assert.Equal(work.Length * Rounds, probe[0]);
    }

    [Fact]
    public void A_scope_takes_back_one_acquisition()
    {
        using var mutex = new ProcessRLock();
        using (ProcessRLockScope outer = mutex.EnterScope(TestEnd))
        {
            Assert.Equal(AcquireResult.Acquired, outer.Result);
            ProcessRLockScope inner = mutex.EnterScope(TestEnd);
            inner.Dispose();
            inner.Dispose();
            Assert.True(mutex.IsHeldByCurrentThread);
        }

        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task A_process_that_ends_without_releasing_leaves_it_to_the_next_who_is_told()
    {
        if (Others.Run(static () => Environment.ProcessId) == Environment.ProcessId)
        {
            return;
        }

        using var mutex = new ProcessRLock();
        Task death = Others.RunAsync(
            static x =>
            {
                x.Acquire();
                x.Acquire();
                Environment.FailFast("meant");
            },
            mutex);
        await Assert.ThrowsAsync<WorkerDiedException>(() => death);
        await OnThreadAsync(() =>
        {
            Assert.Equal(AcquireResult.Abandoned, mutex.Acquire());
            Assert.Equal(AcquireResult.Acquired, mutex.Acquire());
            mutex.Release();
            Assert.True(mutex.IsLocked);
            mutex.Release();
            Assert.False(mutex.IsLocked);
            return 0;
        });
    }

    [Fact]
    public void A_condition_lets_go_of_it_wholly_and_has_it_back()
    {
        using var mutex = new ProcessRLock();
        IConditionLock held = mutex;
        Assert.Throws<SynchronizationLockException>(() => held.ReleaseAll());
        mutex.Acquire(TestEnd);
        mutex.Acquire(TestEnd);
        Assert.Equal(2, held.ReleaseAll());
        Assert.Equal(AcquireResult.Acquired, Elsewhere(mutex));
        Assert.Equal(AcquireResult.Acquired, held.Reacquire(2));
        mutex.Release();
        Assert.True(mutex.IsHeldByCurrentThread);
        mutex.Release();
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task Disposing_calls_the_waiters_back_and_leaves_the_lock_to_others()
    {
        using var mutex = new ProcessRLock();
        ProcessRLock again = Others.Run(static x => x, mutex);
        again.Acquire(TestEnd);
        Task<AcquireResult> waiting = OnThreadAsync(() => again.Acquire());
        await Task.Delay(Short, TestEnd);
        again.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Throws<ObjectDisposedException>(again.Release);
        Assert.Throws<ObjectDisposedException>(() => again.TryAcquire());
        Assert.Equal(AcquireResult.Abandoned, mutex.TryAcquire());
        mutex.Release();
    }

    private static void Count((ProcessRLock Mutex, SharedProbe Probe, int Rounds) work)
    {
        for (int i = 0; i < work.Rounds; i++)
        {
            work.Mutex.Acquire();
            work.Mutex.Acquire();
            work.Probe[0]++;
            work.Mutex.Release();
            work.Mutex.Release();
        }
    }

    private AcquireResult Elsewhere(ProcessRLock mutex) => Others.Run(
        static x =>
        {
            AcquireResult result = x.TryAcquire();
            if (result != AcquireResult.TimedOut)
            {
                x.Release();
            }

            return result;
        },
        mutex);

    private static void OnThread(Action action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }
}
