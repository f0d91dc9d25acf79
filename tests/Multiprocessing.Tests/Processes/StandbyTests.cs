using Multiprocessing.Platform;
using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Processes;

public sealed class StandbyTests
{
    [Fact]
    [Trait("PainPoint", "35")]
    public async Task A_process_that_waits_is_used()
    {
        int waiting = await WaitForOneAsync();
        Assert.Equal($"{waiting}", await Answer.OfAsync(static () => $"{Environment.ProcessId}"));
    }

    [Fact]
    public async Task A_process_that_died_while_it_waited_is_replaced()
    {
        int waiting = await WaitForOneAsync();
        Kill(waiting);
        while (StandbyPool.Waiting().Contains(waiting))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.NotEqual($"{waiting}", await Answer.OfAsync(static () => $"{Environment.ProcessId}"));
    }

    [Fact]
    public async Task A_child_started_with_other_runtime_settings_gets_a_process_of_its_own()
    {
        int waiting = await WaitForOneAsync();
        string id = await Answer.OfAsync(
            static () => $"{Environment.ProcessId}",
            child => child.Environment = new Dictionary<string, string?> { ["DOTNET_TieredPGO"] = "0" });
        Assert.NotEqual($"{waiting}", id);
        Assert.Contains(waiting, StandbyPool.Waiting());
    }

    [Fact]
    public async Task Drained_processes_are_gone()
    {
        int waiting = await WaitForOneAsync();
        StandbyPool.Drain();
        Assert.Empty(StandbyPool.Waiting());
        Assert.False(Directory.Exists($"/proc/{waiting}"));
        Assert.Equal("again", await Answer.OfAsync(static () => "again"));
    }

    private static async Task<int> WaitForOneAsync()
    {
        StandbyPool.Drain(); // Other tests' processes may wait with other settings.
        await Answer.OfAsync(static () => "");
        List<int> waiting;
        while ((waiting = StandbyPool.Waiting()).Count == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return waiting[^1];
    }

    private static void Kill(int id) => Assert.Equal(0, Multiprocessing.Platform.Linux.Libc.Kill(id, Signal.Kill));
}
