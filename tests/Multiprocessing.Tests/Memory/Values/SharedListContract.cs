namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedListInProcessTests() : SharedListContract(PoolBackend.InProcess, StartMethod.Standby);

public sealed class SharedListSpawnTests() : SharedListContract(PoolBackend.Processes, StartMethod.Spawn);

public sealed class SharedListStandbyTests() : SharedListContract(PoolBackend.Processes, StartMethod.Standby);

public abstract class SharedListContract(PoolBackend backend, StartMethod method) : SharedContract(backend, method)
{
    private static readonly object?[] Items =
        [null, true, -5L, double.NaN, 1.10m, "", "text\0with\0zeros\0\0", "\uD800 alone", new byte[] { 0, 1, 0, 0 }, new string('x', 100_000)];

    [Fact]
    [Trait("PainPoint", "28")]
    public async Task Every_item_comes_back_as_it_was_given()
    {
        using var list = new SharedList(Items);
        object?[] there = await Pool.RunAsync(static (SharedList given) => given.ToArray(), list);
        Assert.Equal(Items, there);
        Assert.Equal(Items, list);
    }

    [Fact]
    public async Task Items_are_changed_on_the_other_side()
    {
        using var list = new SharedList([1, "two", 3.0], capacity: 40);
        await Pool.RunAsync(
            static (SharedList given) =>
            {
                given[0] = "one\0";
                given[1] = 2;
                given[^1] = null;
            },
            list);
        Assert.Equal(["one\0", 2L, null], list);
    }

    [Fact]
    public async Task It_is_opened_by_name_on_the_other_side()
    {
        string name = NewName();
        using var list = SharedList.CreateNamed(name, ["a", 1]);
        await Pool.RunAsync(
            static (string given) =>
            {
                using var opened = SharedList.OpenNamed(given);
                opened[1] = opened.Count;
            },
            name);
        Assert.Equal(["a", 2L], list);
    }

    [Fact]
    public async Task Nobody_sees_half_of_an_item()
    {
        using var list = new SharedList([new string('a', 500)]);
        using var stop = new SharedValue<int>();
        Task[] writers = [.. Enumerable.Range(0, 2).Select(worker => Pool.RunAsync(() =>
        {
            for (int i = 0; stop.Read() == 0; i++)
            {
                list[0] = new string((char)('a' + (i % 20)), 100 + (i % 400));
            }
        }))];
        for (int i = 0; i < 20_000; i++)
        {
            string text = Assert.IsType<string>(list[0]);
            Assert.True(text.AsSpan().IndexOfAnyExcept(text[0]) < 0);
        }

        stop.Write(1);
        await Task.WhenAll(writers);
    }
}
