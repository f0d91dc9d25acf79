using System.Collections;

namespace Multiprocessing.Conformance.Pools;

public abstract partial class PoolExpectations
{
    [Fact]
    public async Task Nothing_to_do_gives_nothing_at_once()
    {
        Assert.Empty(Pool.Map(static x => x, Array.Empty<int>(), TestEnd));
        Assert.Empty(await Pool.MapAsync(static x => x, Array.Empty<int>(), TestEnd));
        Assert.Empty(Pool.MapStream(static x => x, Array.Empty<int>(), cancellationToken: TestEnd));
        Assert.Empty(Pool.MapStreamUnordered(static x => x, Enumerable.Empty<int>(), cancellationToken: TestEnd));
        Assert.Empty(await Pool.MapStreamAsync(static x => x, Array.Empty<int>(), new() { ReadAhead = 3 }, TestEnd).ToArrayAsync(TestEnd));
        Assert.Empty(await Pool.MapStreamUnorderedAsync(static x => x, Array.Empty<int>(), cancellationToken: TestEnd).ToArrayAsync(TestEnd));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task An_input_that_fails_anywhere_fails_the_map_and_not_the_pool(int after)
    {
        Assert.Throws<NotSupportedException>(() => Pool.Map(static x => x, Failing(after), TestEnd));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync(static x => x, Failing(after), TestEnd));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await Pool.MapAsync(static x => x, new Uncountable(), TestEnd));
        Assert.Equal(4, await Pool.RunAsync(static x => x * x, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task An_input_that_fails_anywhere_fails_a_stream_after_what_came_before(int after)
    {
        var ordered = new List<int>();
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
        {
            await foreach (int result in Pool.MapStreamAsync(static x => x, Failing(after), cancellationToken: TestEnd))
            {
                ordered.Add(result);
            }
        });
        Assert.Equal(Enumerable.Range(0, after), ordered);

        var unordered = new List<int>();
        Assert.Throws<NotSupportedException>(() =>
        {
            foreach (int result in Pool.MapStreamUnordered(static x => x, Failing(after), cancellationToken: TestEnd))
            {
                unordered.Add(result);
            }
        });
        Assert.Equal(Enumerable.Range(0, after), unordered.Order());
        Assert.Equal(4, await Pool.RunAsync(static x => x * x, 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task No_more_inputs_are_read_than_told_before_a_result_is_taken(int readAhead)
    {
        const int Items = 10;
        int read = 0;
        IAsyncEnumerable<int> stream = Pool.MapStreamAsync(static x => x * 10, Counted(Items), new() { ReadAhead = readAhead }, TestEnd);
        Assert.Equal(0, Volatile.Read(ref read));
        await using IAsyncEnumerator<int> results = stream.GetAsyncEnumerator(TestEnd);
        for (int taken = 0; taken < Items; taken++)
        {
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(10 * taken, results.Current);

            // Those that were taken before this one have made room for as many more.
            int most = Math.Min(Items, taken + 1 + readAhead);
            Assert.InRange(Volatile.Read(ref read), taken + 1, most);
        }

        Assert.False(await results.MoveNextAsync());

        IEnumerable<int> Counted(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Interlocked.Increment(ref read);
                yield return i;
            }
        }
    }

    [Fact]
    public async Task Inputs_of_several_sources_are_zipped_to_the_shortest()
    {
        int[] sums = await Pool.MapAsync(static (x, y) => x + y, Enumerable.Range(0, 100).Zip([1, 2, 3]), TestEnd);
        Assert.Equal([1, 3, 5], sums);

        var options = new MapStreamOptions { ReadAhead = 4 };
        IAsyncEnumerable<int> endless = Pool.MapStreamAsync(static pair => pair.First * pair.Second, From(1).Zip(From(2)), options, TestEnd);
        int[] products = await endless.Take(4).ToArrayAsync(TestEnd);
        Assert.Equal([2, 6, 12, 20], products);
    }

    private static IEnumerable<int> Failing(int after)
    {
        for (int i = 0; i < after; i++)
        {
            yield return i;
        }

        throw new NotSupportedException("the input");
    }

    private static IEnumerable<int> From(int first)
    {
        for (int i = first; ; i++)
        {
            yield return i;
        }
    }

    /// <summary>A collection that fails when it is asked for its length, or for its items.</summary>
    private sealed class Uncountable : ICollection<int>
    {
        public int Count => throw new NotSupportedException("the length");

        public bool IsReadOnly => true;

        public void Add(int item) => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public bool Contains(int item) => throw new NotSupportedException();

        public void CopyTo(int[] array, int arrayIndex) => throw new NotSupportedException();

        public IEnumerator<int> GetEnumerator() => throw new NotSupportedException("the items");

        public bool Remove(int item) => throw new NotSupportedException();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
