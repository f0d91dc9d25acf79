using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Locks;

public sealed class LockOfThreadsTests() : LockContract(OtherSide.Threads);

public sealed class LockOfSpawnedProcessesTests() : LockContract(OtherSide.Spawned);

public sealed class LockOfStandbyProcessesTests() : LockContract(OtherSide.Standby);

public abstract class LockContract(OtherSide side) : SharedContract(side)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    [Fact]
    public async Task A_new_lock_is_free_and_one_alone_can_have_it()
    {
        using var mutex = new ProcessLock();
        Assert.False(mutex.IsLocked);
        Assert.Equal(AcquireResult.Acquired, mutex.Acquire(TestEnd));
        Assert.True(mutex.IsLocked);
        Assert.True(mutex.IsHeldByCurrentProcess);
        Assert.True(await Others.RunAsync(static x => x.IsLocked, mutex));
        Assert.Equal(AcquireResult.TimedOut, await Others.RunAsync(static x => x.TryAcquire(), mutex));
        Assert.Equal(AcquireResult.TimedOut, mutex.TryAcquire());
        mutex.Release();
        Assert.False(mutex.IsLocked);
        Assert.Equal(AcquireResult.Acquired, await Others.RunAsync(
            static x =>
            {
                AcquireResult result = x.TryAcquire();
                x.Release();
                return result;
            },
            mutex));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_waits_elsewhere_gets_it_when_it_is_released(bool task)
    {
        using var mutex = new ProcessLock();
        mutex.Acquire(TestEnd);
        Task<AcquireResult> elsewhere = task
            ? Others.RunAsync(
                static async x =>
                {
                    AcquireResult result = await x.AcquireAsync();
                    x.Release();
                    return result;
                },
                mutex)
            : Others.RunAsync(
                static x =>
                {
                    AcquireResult result = x.Acquire();
                    x.Release();
                    return result;
                },
                mutex);
        await Task.Delay(Short, TestEnd);
        Assert.False(elsewhere.IsCompleted);
        mutex.Release();
        Assert.Equal(AcquireResult.Acquired, await elsewhere);
        Assert.Equal(AcquireResult.Acquired, mutex.Acquire(TestEnd));
        mutex.Release();
    }

    [Fact]
    public async Task Nobody_is_inside_with_another()
    {
        const int Rounds = 2000;
        using var mutex = new ProcessLock();
        using var probe = new SharedProbe();
        Task[] work =
        [
            .. Enumerable.Range(0, Workers).Select(i => Others.RunAsync(i % 2 == 0 ? Synchronously : AsynchronouslyAsync, (mutex, probe, Rounds))),
            Synchronously((mutex, probe, Rounds)),
            AsynchronouslyAsync((mutex, probe, Rounds)),
        ];
        await Task.WhenAll(work);
        Assert.Equal(work.Length * Rounds, probe[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_time_that_is_over_ends_the_wait(bool task)
    {
        using var mutex = new ProcessLock();
        mutex.Acquire(TestEnd);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(AcquireResult.TimedOut, await BeginAsync(mutex, task, Short));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.Equal(AcquireResult.TimedOut, await BeginAsync(mutex, task, TimeSpan.Zero));
        mutex.Release();
        Assert.Equal(AcquireResult.Acquired, await BeginAsync(mutex, task, TimeSpan.Zero));
        mutex.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_token_ends_the_wait(bool task)
    {
        using var mutex = new ProcessLock();
        mutex.Acquire(TestEnd);
        using var source = new CancellationTokenSource();
        Task<AcquireResult> waiting = BeginAsync(mutex, task, Long, source.Token);
        await Task.Delay(Short, TestEnd);
        Assert.False(waiting.IsCompleted);
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(source.Token, error.CancellationToken);
        mutex.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BeginAsync(mutex, task, Long, source.Token));
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task A_process_that_does_not_own_it_cannot_release_it()
    {
        using var mutex = new ProcessLock();
        Assert.Throws<SynchronizationLockException>(mutex.Release);
        if (AreProcesses)
        {
            mutex.Acquire(TestEnd);
            await Assert.ThrowsAsync<SynchronizationLockException>(() => Others.RunAsync(static x => x.Release(), mutex));
            Assert.True(mutex.IsHeldByCurrentProcess);
            mutex.Release();
        }
    }

    [Fact]
    public async Task A_scope_releases_what_it_acquired_and_nothing_else()
    {
        using var mutex = new ProcessLock();
        ProcessLockScope first;
        using (first = mutex.EnterScope(TestEnd))
        {
            Assert.Equal(AcquireResult.Acquired, first.Result);
            Assert.Equal(AcquireResult.TimedOut, await Others.RunAsync(static x => x.TryAcquire(), mutex));
        }

        using (ProcessLockScope second = await mutex.EnterScopeAsync(TestEnd))
        {
            Assert.NotEqual(first, second);
            first.Dispose();
            Assert.True(mutex.IsLocked);
        }

        Assert.False(mutex.IsLocked);
        default(ProcessLockScope).Dispose();
    }

    [Fact]
    public async Task A_process_that_ends_without_releasing_leaves_it_to_the_next_who_is_told()
    {
        if (!AreProcesses)
        {
            return;
        }

        using var mutex = new ProcessLock();
        using var probe = new SharedProbe();
        Task death = Others.RunAsync(
            static x =>
            {
                x.mutex.Acquire();
                SpinWait.SpinUntil(() => x.probe[0] == 1);
                Environment.FailFast("meant");
            },
            (mutex, probe));
        await UntilAsync(() => mutex.IsLocked);
        Task<AcquireResult>[] waiting = [BeginAsync(mutex, task: true, Long), BeginAsync(mutex, task: false, Long)];
        await Task.Delay(Short, TestEnd);
        probe[0] = 1;
        await Assert.ThrowsAsync<WorkerDiedException>(() => death);
        Task<AcquireResult> first = await Task.WhenAny(waiting);
        Assert.Equal(AcquireResult.Abandoned, await first);
        Assert.True(mutex.IsHeldByCurrentProcess);
        mutex.Release();
        Assert.All((await Task.WhenAll(waiting)).Where((_, i) => waiting[i] != first), result => Assert.Equal(AcquireResult.Acquired, result));
        mutex.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_of_one_object_calls_its_waiters_back_and_no_others(bool task)
    {
        using var mutex = new ProcessLock();
        mutex.Acquire(TestEnd);
        Task<AcquireResult> other = BeginAsync(mutex, task: false, Long);
        using ProcessLock again = await Others.RunAsync(static x => x, mutex);
        using var unused = new CancellationTokenSource();
        Task<AcquireResult>[] waiting = [BeginAsync(again, task, Long), BeginAsync(again, task, Long, unused.Token)];
        await Task.Delay(Short, TestEnd);
        again.Dispose();
        foreach (Task<AcquireResult> wait in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        }

        Assert.False(other.IsCompleted);
        Assert.True(mutex.IsLocked);
        mutex.Release();
        Assert.Equal(AcquireResult.Acquired, await other);
        mutex.Release();
    }

    [Fact]
    public async Task What_was_acquired_through_an_object_that_is_disposed_of_is_left_to_the_next_as_abandoned()
    {
        using var mutex = new ProcessLock();
        using ProcessLock again = await Others.RunAsync(static x => x, mutex);
        ProcessLockScope scope = again.EnterScope(TestEnd);
        Task<AcquireResult> waiting = BeginAsync(mutex, task: false, Long);
        await Task.Delay(Short, TestEnd);
        again.Dispose();
        Assert.Equal(AcquireResult.Abandoned, await waiting);
        scope.Dispose();
        Assert.True(mutex.IsLocked);
        mutex.Release();
        Assert.Equal(AcquireResult.Acquired, await Others.RunAsync(
            static x =>
            {
                AcquireResult result = x.TryAcquire();
                x.Release();
                return result;
            },
            mutex));
    }

    [Fact]
    public async Task A_disposed_object_is_of_no_use_any_more()
    {
        var mutex = new ProcessLock();
        mutex.Dispose();
        mutex.Dispose();
        Assert.True(mutex.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => mutex.IsLocked);
        Assert.Throws<ObjectDisposedException>(mutex.Release);
        Assert.Throws<ObjectDisposedException>(() => mutex.Acquire(TestEnd));
        Assert.Throws<ObjectDisposedException>(() => mutex.TryAcquire());
        Assert.Throws<ObjectDisposedException>(() => mutex.EnterScope(TestEnd));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await mutex.AcquireAsync(TestEnd));
        await Assert.ThrowsAsync<UnserializableException>(() => Others.RunAsync(static x => x.Release(), mutex));
    }

    [Fact]
    public async Task Negative_times_are_refused()
    {
        using var mutex = new ProcessLock();
        TimeSpan negative = TimeSpan.FromMilliseconds(-2);
        Assert.Throws<ArgumentOutOfRangeException>(() => mutex.TryAcquire(negative, TestEnd));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await mutex.TryAcquireAsync(negative, TestEnd));
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public async Task A_task_gets_its_turn_among_threads_that_never_pause()
    {
        const int Turns = 50;
        using var mutex = new ProcessLock();
        using var probe = new SharedProbe();
        Task[] greedy = [.. Enumerable.Range(0, Workers).Select(_ => Others.RunAsync(
            static x =>
            {
                while (x.probe[0] < Turns)
                {
                    x.mutex.Acquire();
                    Thread.SpinWait(2000);
                    x.mutex.Release();
                    x.probe.Add(1, 1);
                }
            },
            (mutex, probe)))];
        await UntilAsync(() => probe[1] > 100);
        for (int i = 0; i < Turns; i++)
        {
            using ProcessLockScope scope = await mutex.EnterScopeAsync(TestEnd);
            probe.Add(0, 1);
        }

        await Task.WhenAll(greedy);
    }

    private bool AreProcesses => Others.Run(static () => Environment.ProcessId) != Environment.ProcessId;

    private static Task<AcquireResult> BeginAsync(ProcessLock mutex, bool task, TimeSpan timeout, CancellationToken cancellation = default) => task
        ? mutex.TryAcquireAsync(timeout, cancellation).AsTask()
        : OnThreadAsync(() => mutex.TryAcquire(timeout, cancellation));

    private static Task<int> Synchronously((ProcessLock Mutex, SharedProbe Probe, int Rounds) work) => OnThreadAsync(() =>
    {
        for (int i = 0; i < work.Rounds; i++)
        {
            work.Mutex.Acquire();
            work.Probe[0]++;
            work.Mutex.Release();
        }

        return 0;
    });

    private static async Task AsynchronouslyAsync((ProcessLock Mutex, SharedProbe Probe, int Rounds) work)
    {
        for (int i = 0; i < work.Rounds; i++)
        {
            using ProcessLockScope scope = await work.Mutex.EnterScopeAsync();
            work.Probe[0]++;
        }
    }
}
