namespace Multiprocessing.Conformance.Pools;

public sealed class SpawnDeadlockTests() : DeadlockContract(PoolKind.Spawn);

public sealed class StandbyDeadlockTests() : DeadlockContract(PoolKind.Standby);

public sealed class InProcessDeadlockTests() : DeadlockContract(PoolKind.InProcess);

/// <summary>Whatever goes wrong on the way of a task, its call completes, and so do all others.</summary>
public abstract class DeadlockContract(PoolKind kind) : PoolBackEnds(kind)
{
    private static readonly Deed[] Ends = [Deed.Exit, Deed.Crash];

    [Fact]
    public async Task An_argument_that_cannot_be_read_fails_its_task_alone() =>
        await FailsAloneAsync<Exception>(() => Pool.RunAsync(static x => x.WhenRead, new Trap(Deed.None, Deed.Throw)));

    [Fact]
    public async Task A_result_that_cannot_be_written_fails_its_task_alone() =>
        await FailsAloneAsync<Exception>(() => Pool.RunAsync(static () => new Trap(Deed.Throw, Deed.None)));

    [Fact]
    public async Task A_result_that_cannot_be_read_fails_its_task_alone()
    {
        await FailsAloneAsync<Exception>(() => Pool.RunAsync(static () => new Trap(Deed.None, Deed.Throw)));
        await FailsAloneAsync<Exception>(() => Pool.MapAsync(static x => new Trap(Deed.None, x), [Deed.None, Deed.Throw], TestEnd));
        await FailsAloneAsync<Exception>(() => Task.Run(() => Pool.Run(static () => new Trap(Deed.None, Deed.Throw))));
    }

    [Fact]
    public async Task A_worker_that_ends_anywhere_costs_one_task()
    {
        if (!AreProcesses)
        {
            return; // There it is the program that would end.
        }

        foreach (Deed deed in Ends)
        {
            await FailsAloneAsync<WorkerDiedException>(() => Pool.RunAsync(static x => x.WhenRead, new Trap(Deed.None, deed)));
            await FailsAloneAsync<WorkerDiedException>(() => Pool.RunAsync(Trap.Do, deed));
            await FailsAloneAsync<WorkerDiedException>(() => Pool.RunAsync(static x => new Trap(x, Deed.None), deed));
        }
    }

    [Fact]
    public async Task A_pool_that_is_being_completed_survives_deaths_and_errors()
    {
        foreach (Deed deed in AreProcesses ? Ends : [Deed.Throw])
        {
            await using ProcessPool pool = Create();
            Task bad = pool.RunAsync(static x => new Trap(x, Deed.None), deed);
            Task<int>[] good = [.. Enumerable.Range(0, 20).Select(i => pool.RunAsync(static x => x, i))];
            pool.Complete();
            await Assert.ThrowsAnyAsync<Exception>(() => bad.WaitAsync(Soon, TestEnd));
            Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll(good).WaitAsync(Soon, TestEnd));
            await pool.Completion.WaitAsync(Soon, TestEnd);
        }
    }

    [Fact]
    public async Task A_death_while_large_arguments_are_on_their_way_costs_one_task()
    {
        if (!AreProcesses)
        {
            return;
        }

        byte[] large = new byte[1_000_000];
        Task bad = Pool.RunAsync(static (x, _) => Trap.Do(x), Deed.Crash);
        Task<int>[] good = [.. Enumerable.Range(0, 20).Select(_ => Pool.RunAsync(static x => x.Length, large))];
        await Assert.ThrowsAsync<WorkerDiedException>(() => bad.WaitAsync(Soon, TestEnd));
        Assert.All(await Task.WhenAll(good).WaitAsync(Soon, TestEnd), length => Assert.Equal(large.Length, length));
    }

    private async Task FailsAloneAsync<T>(Func<Task> call)
        where T : Exception
    {
        Task<int>[] before = [.. Enumerable.Range(0, 10).Select(i => Pool.RunAsync(static x => x, i))];
        Task bad = call();
        Task<int>[] after = [.. Enumerable.Range(10, 10).Select(i => Pool.RunAsync(static x => x, i))];
        Exception thrown = await Assert.ThrowsAnyAsync<T>(() => bad.WaitAsync(Soon, TestEnd));
        Assert.IsNotType<TimeoutException>(thrown);
        Assert.Equal(typeof(T) == typeof(WorkerDiedException), thrown is WorkerDiedException);
        Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll([.. before, .. after]).WaitAsync(Soon, TestEnd));
    }
}
