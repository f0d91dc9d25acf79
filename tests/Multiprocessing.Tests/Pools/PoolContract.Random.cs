namespace Multiprocessing.Tests.Pools;

/// <content>Random numbers that can be had again.</content>
public abstract partial class PoolContract
{
    /// <summary>Of the seed 42 and the items 0, 1, 2: written down, because later versions must give the same.</summary>
    private static readonly int[] Known = [787, 255, 822];

    [Fact]
    public async Task With_a_seed_an_item_gets_the_same_numbers_whoever_runs_it()
    {
        var items = Enumerable.Range(0, 300).ToArray();
        var options = new MapOptions { Seed = 42 };
        var stream = new MapStreamOptions { Seed = 42 };
        var expected = Pool.Map(Draw, items, options);
        Assert.Equal(Known, expected[..3]);
        await using (var one = Create(o => o.Workers = 1))
        {
            Assert.Equal(expected, one.Map(Draw, items, options));
            Assert.Equal(expected, await one.MapStreamAsync(Draw, items, stream).ToArrayAsync());
        }
        await using var many = Create(o => (o.Workers, o.RecycleAfterTasks) = (8, 40));
        Assert.Equal(expected, await many.MapAsync(DrawLater, items, options));
        Assert.Equal(expected.Order(), (await many.MapStreamUnorderedAsync(DrawLater, items, stream).ToArrayAsync()).Order());
        Assert.NotEqual(expected, many.Map(Draw, items, new MapOptions { Seed = 43 }));
        Assert.NotEqual(many.Map(Draw, items), many.Map(Draw, items));
    }

    [Fact]
    public async Task A_call_with_a_seed_has_its_own_numbers_and_the_next_one_has_others()
    {
        await using var pool = Create(options => options.Workers = 1);
        var options = new RunOptions { Seed = 42 };
        Assert.Equal(Known[0], pool.Run(Draw, 0, options));
        Assert.NotEqual(Enumerable.Repeat(Known[0], 20), Enumerable.Range(0, 20).Select(x => pool.Run(Draw, x)));
        Assert.Equal(Known[0], await pool.RunAsync(DrawLater, 0, options));
        Assert.Throws<ArgumentException>(() => pool.Run(Refuse, 0, options));
        Assert.Same(System.Random.Shared, PoolWorker.Random);
        Assert.True(pool.Run(static () => ReferenceEquals(System.Random.Shared, PoolWorker.Random)));
    }

    private static int Refuse(int item) => throw new ArgumentException($"{item} {PoolWorker.Random.Next()}", nameof(item));

    private static int Draw(int item) => PoolWorker.Random.Next(1000);

    private static async Task<int> DrawLater(int item)
    {
        await Task.Yield();
        return PoolWorker.Random.Next(1000);
    }
}
