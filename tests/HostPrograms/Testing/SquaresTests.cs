using Multiprocessing;
using Xunit;

public class SquaresTests
{
    [Fact]
    public async Task A_number_is_squared_in_another_process()
    {
        int number = 6;
        using var child = new ChildProcess(() => number * number);
        child.Start();
        await child.WaitForExitAsync();
        Assert.Equal(36, child.ExitCode);
        Assert.NotEqual(Environment.ProcessId, child.Id);
    }
}
