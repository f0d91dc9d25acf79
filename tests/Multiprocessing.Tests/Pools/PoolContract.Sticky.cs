namespace Multiprocessing.Tests.Pools;

/// <content>Calls that belong together.</content>
public abstract partial class PoolContract
{
    [Fact]
    public async Task Calls_with_a_key_find_what_the_calls_before_them_have_kept()
    {
        await using var pool = Create(options => options.Workers = 3);
        await MeetInEveryWorkerAsync(pool, 3); // A key leaves a home that takes longer to start than others are idle.
        var kept = new WorkerLocal<Dictionary<string, List<int>>>(static () => []);
        var calls = new List<Task<(int WorkerId, string Seen)>>();
        for (var i = 0; i < 300; i++)
        {
            var key = $"key {i % 10}";
            calls.Add(pool.RunAsync(
                argument =>
                {
                    if (!kept.Value.TryGetValue(argument.key, out var list))
                    {
                        kept.Value.Add(argument.key, list = []);
                    }
                    list.Add(argument.i);
                    return (PoolWorker.Current!.WorkerId, string.Join(' ', list));
                },
                (key, i),
                new RunOptions { StickyKey = key }));
        }
        var results = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(40));
        for (var k = 0; k < 10; k++)
        {
            Assert.Equal(string.Join(' ', Enumerable.Range(0, 30).Select(n => (10 * n) + k)), results[290 + k].Seen);
        }
        Assert.Equal(3, results.Select(result => result.WorkerId).Distinct().Count());
    }

    [Fact]
    public async Task Blocking_calls_with_a_key_go_to_its_worker_too()
    {
        await using var pool = Create(options => options.Workers = 3);
        await MeetInEveryWorkerAsync(pool, 3); // A key leaves a home that takes longer to start than others are idle.
        var one = new RunOptions { StickyKey = 1 };
        var two = new RunOptions { StickyKey = 2 };
        var ids = new HashSet<(int, int)>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add((1, pool.Run(static () => PoolWorker.Current!.WorkerId, one)));
            ids.Add((2, pool.Run(static () => PoolWorker.Current!.WorkerId, two)));
        }
        Assert.Equal(2, ids.Count);
        Assert.Equal(2, ids.Select(id => id.Item2).Distinct().Count());
    }
}
