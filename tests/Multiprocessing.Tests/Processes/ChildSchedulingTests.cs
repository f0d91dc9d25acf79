using Multiprocessing.Platform;
using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Processes;

public sealed class ChildSchedulingTests
{
    private static int[] Mine => ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity);

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task A_child_has_the_priority_and_the_processors_that_it_was_given(StartMethod method)
    {
        int niceness = Kernel.Scheduling.Niceness + 3;
        string told = await Answer.OfAsync(Describe, child =>
        {
            child.StartMethod = method;
            child.Niceness = niceness;
            child.Affinity = [Mine[^1], Mine[^1]];
            Assert.Equal([Mine[^1]], child.Affinity);
        });
        Assert.Equal($"{niceness}: {Mine[^1]}", told);
    }

    [Fact]
    public async Task A_child_has_those_of_its_parent_if_it_was_given_none() =>
        Assert.Equal(Describe(), await Answer.OfAsync(Describe));

    [Fact]
    public void What_cannot_be_is_refused_and_nothing_is_started()
    {
        using var child = new ChildProcess(static () => { });
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Niceness = 20);
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Affinity = [-1]);
        Assert.Throws<ArgumentException>(() => child.Affinity = []);
        child.Affinity = [0, 8000];
        ArgumentException refused = Assert.Throws<ArgumentException>(child.Start);
        Assert.Contains("processor 8000", refused.Message, StringComparison.Ordinal);
        Assert.Null(child.Id);
    }

    private static string Describe() => $"{Kernel.Scheduling.Niceness}: {string.Join(' ', Mine)}";
}
