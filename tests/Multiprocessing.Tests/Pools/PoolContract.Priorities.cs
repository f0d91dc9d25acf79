namespace Multiprocessing.Tests.Pools;

public abstract partial class PoolContract
{
    [Fact]
    public async Task What_is_urgent_starts_first()
    {
        await using var pool = Create(options => options.Workers = 1);
        var file = NewFile();
        var order = NewFile();
        var running = pool.RunAsync(PoolWork.Linger, file);
        await PoolWork.WaitForFileAsync(file);
        var append = new Action<string>(name => File.AppendAllText(order, name));
        Task[] tasks =
        [
            pool.RunAsync(append, "e", new RunOptions { Priority = TaskPriority.Lowest }),
            pool.RunAsync(append, "c"),
            pool.RunAsync(append, "d"),
            pool.RunAsync(append, "b", new RunOptions { Priority = TaskPriority.AboveNormal }),
            pool.RunAsync(append, "a", new RunOptions { Priority = TaskPriority.Highest }),
        ];
        var map = pool.MapAsync(name => { File.AppendAllText(order, name); return 0; }, ["A", "B"], new MapOptions { Priority = TaskPriority.Highest });
        Assert.True(SpinWait.SpinUntil(() => CountOf(pool.GetStatistics()) == 8, Soon)); // A map is submitted in the background.
        File.Delete(file);
        await running;
        await Task.WhenAll(tasks).WaitAsync(Soon);
        await map.WaitAsync(Soon);
        Assert.Equal("aABbcde", await File.ReadAllTextAsync(order));

        static int CountOf(PoolStatistics now) => now.QueuedTasks + now.SentTasks;
    }

    [Fact]
    public void A_priority_that_is_none_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RunOptions { Priority = (TaskPriority)3 });
}
