namespace Multiprocessing.Tests.Pools;

public sealed class InProcessPoolTests : PoolContract
{
    private protected override PoolBackend Backend => PoolBackend.InProcess;

    [Fact]
    public void Workers_are_threads_of_this_process() =>
        Assert.Equal(Environment.ProcessId, Pool.Run(static () => Environment.ProcessId));
}
