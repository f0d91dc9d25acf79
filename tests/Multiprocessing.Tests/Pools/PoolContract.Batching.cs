using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Multiprocessing.Tests.Pools;

/// <content>Items that travel together are still items: each fails, is late, is cancelled and is lost alone.</content>
public abstract partial class PoolContract
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public async Task A_map_of_any_chunk_size_and_kind_of_items_keeps_their_order(int? chunkSize)
    {
        var options = new MapOptions { ChunkSize = chunkSize };
        var items = Enumerable.Range(0, 3000).ToArray();
        var y = 5;
        Assert.Equal(items.Select(x => 2 * x), Pool.Map(PoolWork.Double, items, options));
        Assert.Equal(items.Select(x => 2 * x), await Pool.MapAsync(PoolWork.Double, items.Where(x => x >= 0), options));
        Assert.Equal(items.Select(x => x + y), Pool.Map(x => x + y, items, options));
        Assert.Equal(items.Select(x => $"<{x}>"), await Pool.MapAsync(x => "<" + x.ToString(CultureInfo.InvariantCulture) + ">", items, options));
        Assert.Equal(items, Pool.Map(x => x.Length, items.Select(x => new string('x', x)), options));
        Assert.Equal(items.Select(x => x * 0.5), Pool.Map(x => x * 0.5, items.ToList(), options));
        Assert.Equal(items.Select(x => (x, (long)x)), Pool.Map((a, b) => (a, (long)b), items.Select(x => (x, x)), options));
    }

    [Fact]
    public void Every_item_has_its_own_copy_of_what_it_captures_and_of_its_culture()
    {
        var seen = new List<int>();
        Assert.All(Pool.Map(x => Count(seen, x), Enumerable.Range(0, 500)), count => Assert.Equal(1, count));
        var changed = Pool.Map(PoolWork.ChangeCulture, Enumerable.Range(0, 500).ToArray());
        Assert.All(changed, name => Assert.Equal(CultureInfo.CurrentCulture.Name, name));

        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.All(Pool.Map(PoolWork.ChangeCulture, Enumerable.Range(0, 500).ToArray()), name => Assert.Equal("de-DE", name));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(50)]
    public void A_failing_item_of_a_batch_fails_alone_and_the_first_one_is_thrown(int? chunkSize)
    {
        var options = new MapOptions { ChunkSize = chunkSize };
        var items = Enumerable.Range(0, 2000).ToArray();
        Assert.Equal("700", Assert.Throws<FormatException>(() => Pool.Map(PoolWork.FailEverySevenHundred, items, options)).Message);
        var y = 0;
        Assert.Equal("700", Assert.Throws<FormatException>(() => Pool.Map(x => PoolWork.FailEverySevenHundred(x + y), items, options)).Message);
        var completed = Pool.GetStatistics().CompletedTasks;
        Assert.Equal(4000, completed);
    }

    [Fact]
    public void An_item_that_cannot_be_sent_is_known_where_it_is_read()
    {
        object[] items = [.. Enumerable.Range(0, 100).Select(i => i == 60 ? (object)new Thread(() => { }) : i)];
        Assert.Throws<UnserializableException>(() => Pool.Map(PoolWork.Describe, items));
        Assert.Equal(2, Pool.Run(PoolWork.Double, 1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(40)]
    public async Task A_late_item_of_a_batch_is_lost_alone(int? chunkSize)
    {
        var file = NewFile();
        string[] items = [.. Enumerable.Range(0, 40).Select(i => i == 20 ? file + "!" : file)];
        var work = new Func<string, int>(path => path.EndsWith('!') ? PoolWork.Linger(path) : path.Length);
        var options = new MapOptions { Timeout = TimeSpan.FromMilliseconds(500), ChunkSize = chunkSize };
        var completed = Pool.GetStatistics().CompletedTasks;
        await Assert.ThrowsAsync<TaskTimeoutException>(() => Pool.MapAsync(work, items, options));
        Assert.Equal(completed + 40, Pool.GetStatistics().CompletedTasks);
        Assert.Equal(1, Pool.GetStatistics().WorkerDeaths);
        File.Delete(items[20]);
    }

    [Fact]
    public async Task A_late_item_that_takes_a_token_gives_way_and_no_other_items_token_is_touched()
    {
        var file = NewFile();
        var work = new Func<int, CancellationToken, int>((x, token) => x == 20 ? PoolWork.WaitForToken(file, token) : token.IsCancellationRequested ? -1 : x);
        var options = new MapOptions { Timeout = TimeSpan.FromMilliseconds(500), ChunkSize = 40 };
        await Assert.ThrowsAsync<TaskTimeoutException>(() => Pool.MapAsync(work, Enumerable.Range(0, 60), options));
        Assert.Equal(0, Pool.GetStatistics().WorkerDeaths);
        Assert.Equal(60, Pool.GetStatistics().CompletedTasks);
    }

    [Fact]
    public async Task A_cancelled_map_withdraws_what_a_batch_has_not_begun_with()
    {
        var folder = Directory.CreateDirectory(NewFile()).FullName;
        var first = Path.Combine(folder, "0");
        using var stop = new CancellationTokenSource();
        string[] items = [.. Enumerable.Range(0, 100).Select(i => Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)))];
        var map = Pool.MapAsync(PoolWork.WaitForToken, items, new MapOptions { ChunkSize = 50 }, stop.Token);
        await PoolWork.WaitForFileAsync(first);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map.WaitAsync(Soon));
        Assert.InRange(Directory.GetFiles(folder).Length, 1, 2);
        Assert.Equal(0, Pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task Terminating_a_pool_in_the_middle_of_a_batch_ends_the_map()
    {
        await using var pool = Create();
        var file = NewFile();
        var map = pool.MapAsync(PoolWork.Linger, Enumerable.Repeat(file, 1000), new MapOptions { ChunkSize = 100 });
        await PoolWork.WaitForFileAsync(file);
        pool.Terminate();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map.WaitAsync(Soon));
        File.Delete(file);
    }

    [Fact]
    public async Task Nobody_idles_while_another_has_items_left()
    {
        await using var pool = Create();
        pool.Map(PoolWork.Spin, Enumerable.Repeat(1, 20_000).ToArray());

        // Whoever has the first one has it until the last one has begun: the other worker must get all that are left.
        var file = NewFile();
        var numbers = await pool.MapAsync(number => PoolWork.MeetLast(number, 63, file), Enumerable.Range(0, 64).ToArray()).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(0, 64), numbers);
        File.Delete(file);
    }

    [Fact]
    public async Task A_slow_input_does_not_hold_back_the_items_before()
    {
        var file = NewFile();
        var ran = false;
        var map = Task.Run(() => Pool.Map(PoolWork.Touch, Slow()));
        var results = await map.WaitAsync(Soon);
        Assert.True(ran);
        Assert.Equal(1001, results.Length);

        IEnumerable<string> Slow()
        {
            // The last of many is not held back until more come.
            for (var i = 0; i < 999; i++)
            {
                yield return "";
            }
            yield return file;
            var start = Stopwatch.GetTimestamp();
            ran = SpinWait.SpinUntil(() => File.Exists(file), Soon);
            yield return "";
        }
    }

    [Fact]
    public async Task Recycled_workers_run_no_more_items_than_allowed()
    {
        await using var pool = Create(options => options.RecycleAfterTasks = 10);
        var counts = pool.Map(PoolWork.CountInThisWorker, Enumerable.Range(0, 300).ToArray());
        if (Backend == PoolBackend.Processes)
        {
            Assert.InRange(counts.Max(), 1, 10);
        }
        Assert.True(pool.GetStatistics().RecycledWorkers >= 20);
    }

    [Fact]
    [SuppressMessage("Usage", "CA2208", Justification = "The name of the property's value.")]
    public void A_chunk_has_at_least_one_item()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapOptions { ChunkSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MapStreamOptions { ChunkSize = -1 });
    }

    private static int Count(List<int> list, int item)
    {
        list.Add(item);
        return list.Count;
    }
}
