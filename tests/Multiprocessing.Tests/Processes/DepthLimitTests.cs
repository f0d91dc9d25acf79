using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Processes;

/// <summary>Processes that start processes without end are stopped.</summary>
public sealed class DepthLimitTests
{
    [Fact]
    public async Task The_deepest_process_starts_no_other_and_says_why()
    {
        string answer = await Answer.OfAsync(static () => AtTheDeepestLevel(static () =>
        {
            using var tooDeep = new ChildProcess(static () => { });
            return Assert.Throws<InvalidOperationException>(tooDeep.Start).Message;
        }));
        Assert.Equal("64: Processes that start processes are nested more than 64 deep.", answer);
    }

    [Fact]
    [Trait("PainPoint", "40")]
    public async Task A_pool_of_the_deepest_process_breaks_and_says_why()
    {
        string answer = await Answer.OfAsync(static () => AtTheDeepestLevel(static () =>
        {
            using var pool = new ProcessPool(workers: 1);
            return Assert.Throws<PoolBrokenException>(() => pool.Run(static () => 1)).Message;
        }));
        Assert.StartsWith("64: ", answer, StringComparison.Ordinal);
        Assert.Contains("nested more than 64 deep", answer, StringComparison.Ordinal);
    }

    /// <summary>In a child: takes the place of a process on the last level but one, and asks a child of that.</summary>
    private static string AtTheDeepestLevel(Func<string> question)
    {
        string file = Answer.NewFile();
        ProcessIdentity.Become(
            new Claim { Role = "", Name = ProcessIdentity.Name, Path = ProcessIdentity.Path, ParentName = ProcessIdentity.ParentName! },
            new WorkerGuard(
                ControlProtocol.Version, WorkerGuard.DeepestLevel - 1, ProcessIdentity.ParentId, ProcessIdentity.ParentStartTime,
                ControlProtocol.ChildDescriptor));
        using var deepest = new ChildProcess(() => Answer.Write(file, $"{ProcessIdentity.Depth}: {question()}"));
        deepest.Start();
        deepest.Join();
        Assert.Equal(0, deepest.ExitCode);
        string answer = File.ReadAllText(file);
        File.Delete(file);
        return answer;
    }
}
