using System.Runtime.CompilerServices;

namespace Multiprocessing.Conformance.Pools;

public abstract partial class PoolExpectations
{
    private static WeakReference? Remembered;

    [Fact]
    public async Task What_a_call_took_and_gave_is_kept_by_nobody()
    {
        WeakReference[] all = await CallAsync();
        await Task.Yield(); // This may have been running on top of the frames of that call.

        // Whoever published the result may still be on its way back.
        SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return all.All(one => !one.IsAlive);
            },
            Soon);
        Assert.Equal([false, false, false, false], all.Select(one => one.IsAlive));
    }

    [Fact]
    public async Task A_worker_forgets_the_argument_of_a_task_that_has_ended()
    {
        await using ProcessPool one = Create(options => options.Workers = 1);
        await one.RunAsync(static argument => { Remembered = new WeakReference(argument); }, new byte[1000]);
        await one.RunAsync(static x => x, 1);
        Assert.True(await one.RunAsync(static () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Remembered is { IsAlive: false };
        }));
    }

    [Fact]
    public async Task A_forgotten_pool_does_its_work()
    {
        using var go = new ProcessEvent();
        (Task<int>[] tasks, Func<Task> end) = Forget(go);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        go.Set();
        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(tasks).WaitAsync(Soon, TestEnd));
        await end();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference[]> CallAsync()
    {
        byte[] argument = new byte[1000];
        byte[] captured = new byte[1000];
        byte[] result = await Pool.RunAsync(x => (byte[])[.. x, .. captured], argument);
        byte[][] mapped = await Pool.MapAsync(static x => x, [argument], TestEnd);
        return [new(argument), new(captured), new(result), new(mapped[0])];
    }

    // Its end is seen by the task of the pool, which does not keep it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (Task<int>[] Tasks, Func<Task> End) Forget(ProcessEvent go)
    {
        ProcessPool pool = Create();
        Task<int>[] tasks = [.. Enumerable.Range(0, 10).Select(i => pool.RunAsync(static x => { x.go.Wait(); return x.i; }, (go, i)))];
        pool.Complete();
        Task completion = pool.Completion;
        return (tasks, () => completion.WaitAsync(Soon));
    }
}
