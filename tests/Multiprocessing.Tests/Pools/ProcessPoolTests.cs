namespace Multiprocessing.Tests.Pools;

public sealed class ProcessPoolTests : PoolContract
{
    private protected override PoolBackend Backend => PoolBackend.Processes;

    [Fact]
    public void Workers_are_other_processes() =>
        Assert.NotEqual(Environment.ProcessId, Pool.Run(static () => Environment.ProcessId));
}
