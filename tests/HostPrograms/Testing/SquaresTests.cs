using Multiprocessing;
using Xunit;

public class SquaresTests
{
    [Fact]
    public async Task Numbers_are_squared_in_other_processes()
    {
        int offset = 0;
        await using var pool = new ProcessPool(workers: 2);
        int[] squares = await pool.MapAsync(x => (x * x) + offset, [1, 2, 3]);
        Assert.Equal([1, 4, 9], squares);
        Assert.NotEqual(Environment.ProcessId, await pool.RunAsync(() => Environment.ProcessId));

        using var child = new ChildProcess(() => 36 + offset);
        child.Start();
        await child.WaitForExitAsync();
        Assert.Equal(36, child.ExitCode);
    }
}
