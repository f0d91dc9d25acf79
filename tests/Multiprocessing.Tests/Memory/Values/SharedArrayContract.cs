namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedArrayInProcessTests() : SharedArrayContract(PoolBackend.InProcess, StartMethod.Standby);

public sealed class SharedArraySpawnTests() : SharedArrayContract(PoolBackend.Processes, StartMethod.Spawn);

public sealed class SharedArrayStandbyTests() : SharedArrayContract(PoolBackend.Processes, StartMethod.Standby);

public abstract class SharedArrayContract(PoolBackend backend, StartMethod method) : SharedContract(backend, method)
{
    [Theory, InlineData(0), InlineData(1), InlineData(100), InlineData(1_000_000)]
    public async Task Both_sides_see_the_same_elements(int length)
    {
        using var array = new SharedArray<int>(length);
        Assert.Equal(length, array.Length);
        await Pool.RunAsync(
            static (SharedArray<int> given) =>
            {
                for (long i = 0; i < given.Length; i++)
                {
                    given[i] = (int)i;
                }
            },
            array);
        Assert.Equal(Enumerable.Range(0, length), array.ToArray());
    }

    [Fact]
    public async Task A_slice_shows_the_same_memory_there()
    {
        using var array = SharedArray.From<double>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        using SharedArray<double> slice = array[2..^3];
        Assert.Equal([2, 3, 4, 5, 6], slice);
        await Pool.RunAsync(
            static (SharedArray<double> given) =>
            {
                using SharedArray<double> part = given[1..3];
                part.Fill(-1);
                given[^1] = 100;
            },
            slice);
        Assert.Equal([0, 1, 2, -1, -1, 5, 100, 7, 8, 9], array);
    }

    [Fact]
    public async Task Parts_of_an_array_are_filled_by_many_tasks()
    {
        using var array = new SharedArray<long>(10_000);
        SharedArray<long>[] parts = [.. Enumerable.Range(0, 10).Select(i => array.Slice(i * 1000, 1000))];
        await Pool.MapAsync(
            static (SharedArray<long> part) =>
            {
                part.Fill(part.Length);
                return 0;
            },
            parts);
        Assert.Equal(10_000L * 1000, array.Sum());
        Array.ForEach(parts, static part => part.Dispose());
    }

    [Fact]
    public async Task An_array_of_more_than_2_GiB_arrives()
    {
        const long length = (3L << 30) / sizeof(long) * 2;
        using var array = new SharedArray<long>(length);
        array[length - 1] = 1;
        await Pool.RunAsync(static (SharedArray<long> given) => { given[^1] += given.Length; }, array);
        Assert.Equal(length + 1, array[^1]);
        using var huge = new SharedArray<byte>(5L << 30);
        _ = Assert.Throws<InvalidOperationException>(() => huge.Span.Length);
        huge.AsSpan((5L << 30) - 5, 5).Fill(5);
        Assert.Equal(5, await Pool.RunAsync(static (SharedArray<byte> given) => (int)given[given.Length - 1], huge));
    }

    [Fact]
    public async Task It_is_opened_by_name_on_the_other_side()
    {
        string name = NewName();
        using var array = SharedArray.CreateNamed<int>(name, 10);
        await Pool.RunAsync(static (string given) => { SharedArray.OpenNamed<int>(given)[9] = 9; }, name);
        Assert.Equal(9, array[9]);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Pool.RunAsync(static (string given) => { _ = SharedArray.OpenNamed<long>(given); }, name));
    }

    [Fact]
    public async Task It_travels_inside_of_other_objects()
    {
        using var array = new SharedArray<int>(3);
        using var other = new SharedArray<int>(3);
        var holder = new Dictionary<string, SharedArray<int>[]> { ["both"] = [array, other, array] };
        Assert.True(await Pool.RunAsync(
            static (Dictionary<string, SharedArray<int>[]> given) =>
            {
                given["both"][0][1] = 1;
                given["both"][1][1] = 2;
                return ReferenceEquals(given["both"][0], given["both"][2]);
            },
            holder));
        Assert.Equal((1, 2), (array[1], other[1]));
    }
}
