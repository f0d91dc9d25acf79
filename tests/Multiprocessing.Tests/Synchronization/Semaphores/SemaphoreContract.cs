using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Synchronization.Semaphores;

public sealed class SemaphoreOfThreadsTests() : SemaphoreContract(OtherSide.Threads);

public sealed class SemaphoreOfSpawnedProcessesTests() : SemaphoreContract(OtherSide.Spawned);

public sealed class SemaphoreOfStandbyProcessesTests() : SemaphoreContract(OtherSide.Standby);

public abstract class SemaphoreContract(OtherSide side) : SharedContract(side)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    private bool AreProcesses => Others.Run(static () => Environment.ProcessId) != Environment.ProcessId;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task As_many_as_there_are_permits_get_one(bool recovers)
    {
        using var semaphore = new ProcessSemaphore(3, recoverPermits: recovers);
        Assert.True(semaphore.TryAcquire());
        Assert.True(await Others.RunAsync(static x => x.TryAcquire(), semaphore));
        Assert.Equal(1, semaphore.CurrentCount);
        semaphore.Acquire(TestEnd);
        Assert.False(semaphore.TryAcquire());
        Assert.False(await Others.RunAsync(static x => x.TryAcquire(), semaphore));
        Assert.Equal(0, semaphore.Release(2));
        Assert.Equal(2, await Others.RunAsync(static x => x.CurrentCount, semaphore));
    }

    [Fact]
    public async Task A_maximum_is_never_exceeded()
    {
        using var semaphore = new ProcessSemaphore(2, 3);
        Assert.Equal(3, semaphore.MaximumCount);
        Assert.Equal(2, semaphore.Release());
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release());
        await Assert.ThrowsAsync<SemaphoreFullException>(() => Others.RunAsync(static x => x.Release(), semaphore));
        semaphore.Acquire(TestEnd);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(2));
        Assert.Equal(2, semaphore.CurrentCount);
        using var unlimited = new ProcessSemaphore(int.MaxValue);
        Assert.Throws<SemaphoreFullException>(() => unlimited.Release());
        Assert.Equal(int.MaxValue, unlimited.CurrentCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_permit_that_is_released_reaches_one_who_waits(bool task)
    {
        using var semaphore = new ProcessSemaphore(0, recoverPermits: false);

        // One worker is left to release.
        Task<bool>[] waiting =
        [
            .. Enumerable.Range(0, Workers - 1).Select(_ => task
                ? Others.RunAsync(static async x => await x.TryAcquireAsync(TimeSpan.FromSeconds(50)), semaphore)
                : Others.RunAsync(static x => x.TryAcquire(TimeSpan.FromSeconds(50)), semaphore)),
            BeginAsync(semaphore, task: true, Long),
            BeginAsync(semaphore, task: false, Long),
        ];
        await Task.Delay(Short, TestEnd);
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        semaphore.Release();
        Assert.True(await await Task.WhenAny(waiting));
        await Task.Delay(Short, TestEnd);
        Assert.Equal(1, waiting.Count(static wait => wait.IsCompleted));
        await Others.RunAsync(static x => { x.Release(2); }, semaphore);
        await UntilAsync(() => waiting.Count(static wait => wait.IsCompleted) == 3);
        semaphore.Release();
        Assert.All(await Task.WhenAll(waiting), Assert.True);
        Assert.Equal(0, semaphore.CurrentCount);
    }

    [Fact]
    public async Task Permits_are_neither_lost_nor_doubled()
    {
        const int Rounds = 1000;
        const int Permits = 2;
        using var semaphore = new ProcessSemaphore(Permits);
        using var probe = new SharedProbe();
        Task[] work =
        [
            .. Enumerable.Range(0, Workers).Select(i => Others.RunAsync(i % 2 == 0 ? Synchronously : AsynchronouslyAsync, (semaphore, probe, Rounds))),
            Synchronously((semaphore, probe, Rounds)),
            AsynchronouslyAsync((semaphore, probe, Rounds)),
        ];
        await Task.WhenAll(work);
        Assert.Equal(Permits, semaphore.CurrentCount);
        Assert.Equal(0, probe[0]);
        Assert.Equal(0, probe[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_time_that_is_over_ends_the_wait(bool task)
    {
        using var semaphore = new ProcessSemaphore(0);
        long start = Stopwatch.GetTimestamp();
        Assert.False(await BeginAsync(semaphore, task, Short));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.False(await BeginAsync(semaphore, task, TimeSpan.Zero));
        semaphore.Release();
        Assert.True(await BeginAsync(semaphore, task, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_token_ends_the_wait(bool task)
    {
        using var semaphore = new ProcessSemaphore(0);
        using var source = new CancellationTokenSource();
        Task<bool> waiting = BeginAsync(semaphore, task, Long, source.Token);
        await Task.Delay(Short, TestEnd);
        Assert.False(waiting.IsCompleted);
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(source.Token, error.CancellationToken);
        semaphore.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BeginAsync(semaphore, task, Long, source.Token));
        Assert.Equal(1, semaphore.CurrentCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("PainPoint", "5")]
    public async Task The_permits_of_a_process_that_dies_come_back_if_they_are_to(bool recovers)
    {
        if (!AreProcesses)
        {
            return;
        }

        using var semaphore = new ProcessSemaphore(4, 4, recovers);
        using var probe = new SharedProbe();
        semaphore.Acquire(TestEnd);
        Task death = Others.RunAsync(
            static x =>
            {
                x.semaphore.Acquire();
                x.semaphore.Acquire();
                x.semaphore.Acquire();
                x.semaphore.Release();
                x.probe[0] = 1;
                SpinWait.SpinUntil(() => x.probe[0] == 2);
                Environment.FailFast("meant");
            },
            (semaphore, probe));
        await UntilAsync(() => probe[0] == 1);
        semaphore.Acquire(TestEnd);
        var time = TimeSpan.FromSeconds(recovers ? 30 : 3);
        Task<bool>[] waiting = [BeginAsync(semaphore, task: true, time), BeginAsync(semaphore, task: false, time)];
        await Task.Delay(Short, TestEnd);
        probe[0] = 2;
        await Assert.ThrowsAsync<WorkerDiedException>(() => death);
        Assert.All(await Task.WhenAll(waiting), got => Assert.Equal(recovers, got));
        Assert.Equal(0, semaphore.CurrentCount);
        semaphore.Release(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_of_one_object_calls_its_waiters_back_and_gives_its_permits_back(bool task)
    {
        using var semaphore = new ProcessSemaphore(2);
        semaphore.Acquire(TestEnd);
        using ProcessSemaphore again = await Others.RunAsync(static x => x, semaphore);
        again.Acquire(TestEnd);
        Task<bool>[] waiting = [BeginAsync(again, task, Long), BeginAsync(again, task, Long)];
        await Task.Delay(Short, TestEnd);
        Assert.Equal(0, semaphore.CurrentCount);
        again.Dispose();
        foreach (Task<bool> wait in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        }

        Assert.Equal(1, semaphore.CurrentCount);
        semaphore.Release();
        Assert.Equal(2, semaphore.CurrentCount);
    }

    [Fact]
    public async Task A_disposed_object_is_of_no_use_any_more()
    {
        var semaphore = new ProcessSemaphore(1);
        semaphore.Dispose();
        semaphore.Dispose();
        Assert.Throws<ObjectDisposedException>(() => semaphore.CurrentCount);
        Assert.Throws<ObjectDisposedException>(() => semaphore.Release());
        Assert.Throws<ObjectDisposedException>(() => semaphore.Acquire(TestEnd));
        Assert.Throws<ObjectDisposedException>(() => semaphore.TryAcquire());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await semaphore.AcquireAsync(TestEnd));
        await Assert.ThrowsAsync<UnserializableException>(() => Others.RunAsync(static x => x.TryAcquire(), semaphore));
    }

    [Fact]
    public async Task Numbers_out_of_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessSemaphore(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessSemaphore(3, 2));
        using var semaphore = new ProcessSemaphore(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Release(0));
        TimeSpan negative = TimeSpan.FromMilliseconds(-2);
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.TryAcquire(negative, TestEnd));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await semaphore.TryAcquireAsync(negative, TestEnd));
        Assert.Equal(1, semaphore.CurrentCount);
    }

    private static Task<bool> BeginAsync(ProcessSemaphore semaphore, bool task, TimeSpan timeout, CancellationToken cancellation = default) => task
        ? semaphore.TryAcquireAsync(timeout, cancellation).AsTask()
        : OnThreadAsync(() => semaphore.TryAcquire(timeout, cancellation));

    private static Task<int> Synchronously((ProcessSemaphore Semaphore, SharedProbe Probe, int Rounds) work) => OnThreadAsync(() =>
    {
        for (int i = 0; i < work.Rounds; i++)
        {
            work.Semaphore.Acquire();
            Inside(work.Probe);
            work.Semaphore.Release();
        }

        return 0;
    });

    private static async Task AsynchronouslyAsync((ProcessSemaphore Semaphore, SharedProbe Probe, int Rounds) work)
    {
        for (int i = 0; i < work.Rounds; i++)
        {
            await work.Semaphore.AcquireAsync();
            Inside(work.Probe);
            work.Semaphore.Release();
        }
    }

    /// <summary>Number 0 counts those inside, number 1 how often there were too many.</summary>
    private static void Inside(SharedProbe probe)
    {
        if (probe.Add(0, 1) > 2)
        {
            probe.Add(1, 1);
        }

        probe.Add(0, -1);
    }
}
