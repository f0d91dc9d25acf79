namespace Multiprocessing.Tests.Pools;

public sealed class ProcessPoolTests : PoolContract
{
    private protected override PoolBackend Backend => PoolBackend.Processes;

    [Fact]
    public async Task Workers_are_started_in_the_way_of_the_context()
    {
        await using var pool = Create(options => options.Context = MultiprocessingContext.Get(StartMethod.Spawn));
        Assert.Equal(2, await pool.RunAsync(PoolWork.Double, 1));
    }

    [Fact]
    public void Workers_are_other_processes() =>
        Assert.NotEqual(Environment.ProcessId, Pool.Run(static () => Environment.ProcessId));
}
