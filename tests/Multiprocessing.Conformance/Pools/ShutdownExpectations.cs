using Multiprocessing.Conformance.Processes;

namespace Multiprocessing.Conformance.Pools;

public sealed class SpawnShutdownTests() : ShutdownExpectations(StartMethod.Spawn);

public sealed class StandbyShutdownTests() : ShutdownExpectations(StartMethod.Standby);

public abstract class ShutdownExpectations(StartMethod method) : StartedProcesses(method)
{
    [Fact]
    public async Task A_program_that_forgets_its_pool_ends()
    {
        using var working = new ProcessEvent();
        using ChildProcess program = New(
            static shared =>
            {
                var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Context = MultiprocessingContext.Get(shared.Method) });
                _ = pool.RunAsync(static x => { x.Set(); Thread.CurrentThread.Join(); }, shared.working);
                shared.working.Wait();
                Forgotten = pool;
            },
            (working, Method));
        program.Start();
        Assert.Equal(0, await EndAsync(program).WaitAsync(TimeSpan.FromSeconds(30), TestEnd));
    }

    private static ProcessPool? Forgotten { get; set; }
}
