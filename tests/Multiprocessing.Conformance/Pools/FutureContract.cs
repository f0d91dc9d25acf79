namespace Multiprocessing.Conformance.Pools;

public sealed class SpawnFutureTests() : FutureContract(PoolKind.Spawn);

public sealed class StandbyFutureTests() : FutureContract(PoolKind.Standby);

public sealed class InProcessFutureTests() : FutureContract(PoolKind.InProcess);

/// <summary>What Python's futures, <c>wait</c> and <c>as_completed</c> are for, by the tasks that calls return.</summary>
public abstract class FutureContract(PoolKind kind) : PoolBackEnds(kind)
{
    [Fact]
    public async Task A_continuation_sees_the_result_the_exception_or_the_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        Task<int>[] tasks = [Succeed(5), Fail(), Pool.RunAsync(static stop => { stop.WaitHandle.WaitOne(); stop.ThrowIfCancellationRequested(); return 0; }, cancelled.Token)];
        await cancelled.CancelAsync();
        var seen = new List<TaskStatus>();
        foreach (Task<int> task in tasks)
        {
            await task.ContinueWith(ended => seen.Add(ended.Status), TestEnd, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        Assert.Equal([TaskStatus.RanToCompletion, TaskStatus.Faulted, TaskStatus.Canceled], seen);
        Assert.Equal(5, tasks[0].Result);
        Assert.IsType<FormatException>(tasks[1].Exception!.InnerException);
        Assert.Throws<FormatException>(() => tasks[1].GetAwaiter().GetResult());
        Assert.All(tasks, task => Assert.True(task.IsCompleted));
        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tasks[2])).CancellationToken);
    }

    [Fact]
    public async Task A_continuation_that_throws_disturbs_nobody()
    {
        using var go = new ProcessEvent();
        Task<int> task = Pool.RunAsync(static x => { x.Wait(); return 1; }, go);
        int ran = 0;
        Task[] continuations =
        [
            task.ContinueWith(_ => Interlocked.Increment(ref ran), TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default),
            task.ContinueWith(_ => throw new NotSupportedException("in a continuation"), TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default),
            task.ContinueWith(_ => Interlocked.Increment(ref ran), TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default),
        ];
        go.Set();
        Assert.Equal(1, await task.WaitAsync(Soon, TestEnd));
        await Assert.ThrowsAsync<NotSupportedException>(() => Task.WhenAll(continuations).WaitAsync(Soon, TestEnd));
        Assert.Equal(2, ran);
        Assert.Equal(2, await Succeed(2).WaitAsync(Soon, TestEnd));
    }

    [Fact]
    public async Task A_continuation_of_what_has_ended_runs_at_once()
    {
        Task<int> succeeded = Succeed(1);
        Task<int> failed = Fail();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Task<int> cancelled = Pool.RunAsync(static () => 1, source.Token);
        await Task.WhenAll(succeeded.ContinueWith(static _ => { }, TaskScheduler.Default), failed.ContinueWith(static _ => { }, TaskScheduler.Default));
        int ran = 0;
        foreach (Task<int> task in (Task<int>[])[succeeded, failed, cancelled])
        {
            _ = task.ContinueWith(_ => ran++, TestEnd, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        Assert.Equal(3, ran);
        Assert.True(cancelled.IsCanceled);
    }

    [Fact]
    public async Task The_first_that_ends_is_told()
    {
        using var go = new ProcessEvent();
        Task<int> slow = Pool.RunAsync(static x => { x.Wait(); return 1; }, go);
        Task<int> quick = Succeed(2);
        Assert.Same(quick, await Task.WhenAny(slow, quick).WaitAsync(Soon, TestEnd));
        Assert.Same(quick, await Task.WhenAny(slow, quick));
        Assert.False(slow.IsCompleted);
        go.Set();
        Assert.Equal(1, await slow);
    }

    [Fact]
    public async Task The_first_that_fails_is_found()
    {
        using var go = new ProcessEvent();
        Task<int>[] tasks = [Succeed(1), Pool.RunAsync(static x => { x.Wait(); return 1; }, go), Fail()];
        var ended = new List<Task<int>>();
        await foreach (Task<int> task in Task.WhenEach(tasks).WithCancellation(TestEnd))
        {
            ended.Add(task);
            if (task.IsFaulted)
            {
                break;
            }
        }

        Assert.Same(tasks[2], ended[^1]);
        Assert.False(tasks[1].IsCompleted);
        go.Set();
        Assert.Equal(1, await tasks[1]);
    }

    [Fact]
    public async Task All_are_waited_for()
    {
        Task<int>[] tasks = [.. Enumerable.Range(0, 100).Select(Succeed)];
        Assert.Equal(Enumerable.Range(0, 100), await Task.WhenAll(tasks).WaitAsync(Soon, TestEnd));
        Task<int>[] mixed = [Succeed(1), Fail(), Succeed(3)];
        await Assert.ThrowsAsync<FormatException>(() => Task.WhenAll(mixed));
        Assert.All(mixed, task => Assert.True(task.IsCompleted));
    }

    [Fact]
    public async Task Waiting_for_all_can_have_a_limit()
    {
        using var go = new ProcessEvent();
        Task<int>[] tasks = [Succeed(1), Pool.RunAsync(static x => { x.Wait(); return 1; }, go)];
        await tasks[0];
        await Assert.ThrowsAsync<TimeoutException>(() => Task.WhenAll(tasks).WaitAsync(TimeSpan.FromMilliseconds(50), TestEnd));
        using var limit = new CancellationTokenSource(50);
        var ended = new List<Task<int>>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Task<int> task in Task.WhenEach(tasks).WithCancellation(limit.Token))
            {
                ended.Add(task);
            }
        });
        Assert.Equal([tasks[0]], ended);
        Assert.Equal(1, tasks.Count(task => !task.IsCompleted));
        go.Set();
        await Task.WhenAll(tasks);
    }

    [Fact]
    public async Task Each_comes_as_it_ends()
    {
        using var go = new ProcessEvent();
        Task<int> slow = Pool.RunAsync(static x => { x.Wait(); return 9; }, go);
        Task<int>[] tasks = [slow, Succeed(1), Succeed(2), Fail(), slow];
        var ended = new List<Task<int>>();
        await foreach (Task<int> task in Task.WhenEach(tasks).WithCancellation(TestEnd))
        {
            ended.Add(task);
            if (ended.Count == 3)
            {
                Assert.DoesNotContain(slow, ended);
                go.Set();
            }
        }

        Assert.Equal(tasks.Order(Comparer<Task<int>>.Create((x, y) => x.Id - y.Id)), ended.Order(Comparer<Task<int>>.Create((x, y) => x.Id - y.Id)));
        Assert.Same(slow, ended[^1]);
    }

    [Fact]
    public async Task A_task_that_is_waited_for_twice_counts_once_or_twice_but_never_hangs()
    {
        Task<int> task = Succeed(4);
        int[] both = await Task.WhenAll(task, task).WaitAsync(Soon, TestEnd);
        Assert.Equal([4, 4], both);
        Assert.Same(task, await Task.WhenAny(task, task));
    }

    private Task<int> Succeed(int value) => Pool.RunAsync(static x => x, value);

    private Task<int> Fail() => Pool.RunAsync(static int () => throw new FormatException("meant"));
}
