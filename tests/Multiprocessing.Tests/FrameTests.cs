namespace Multiprocessing.Tests;

public class FrameTests
{
    [Fact]
    public void The_solution_runs_tests() => Assert.True(true);
}
