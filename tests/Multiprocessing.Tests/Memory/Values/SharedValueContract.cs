namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedValueInProcessTests() : SharedValueContract(PoolBackend.InProcess, StartMethod.Standby);

public sealed class SharedValueSpawnTests() : SharedValueContract(PoolBackend.Processes, StartMethod.Spawn);

public sealed class SharedValueStandbyTests() : SharedValueContract(PoolBackend.Processes, StartMethod.Standby);

public abstract class SharedValueContract(PoolBackend backend, StartMethod method) : SharedContract(backend, method)
{
    private const int Times = 20_000;

    [Fact]
    [Trait("PainPoint", "31")]
    public async Task Additions_of_both_sides_add_up()
    {
        using var number = new SharedValue<int>(1);
        using var small = new SharedValue<short>();
        using var real = new SharedValue<double>();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Pool.RunAsync(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                number.Increment();
                small.Add(3);
                real.Add(0.5);
            }
        })));
        Assert.Equal(1 + (2 * Times), number.Value);
        Assert.Equal(unchecked((short)(6 * Times)), small.Value);
        Assert.Equal(Times, real.Value);
    }

    [Fact]
    public async Task A_structure_arrives_as_it_is()
    {
        using var value = new SharedValue<(long A, decimal B)>((1, 2.5m));
        await Pool.RunAsync(static (SharedValue<(long A, decimal B)> given) => { given.Value.B += given.Value.A; }, value);
        Assert.Equal((1, 3.5m), value.Value);
    }

    [Fact]
    public async Task It_is_opened_by_name_on_the_other_side()
    {
        string name = NewName();
        using var value = SharedValue.CreateNamed(name, 5L);
        await Pool.RunAsync(static (string given) => { SharedValue.OpenNamed<long>(given).Add(6); }, name);
        Assert.Equal(11, value.Value);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Pool.RunAsync(static (string given) => { _ = SharedValue.OpenNamed<double>(given); }, name));
    }

    [Fact]
    public async Task Changes_of_several_steps_are_made_under_a_lock()
    {
        using var value = new SharedValue<decimal>(1);
        using var mutex = new ProcessLock();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Pool.RunAsync(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                value.Update(mutex, static present => present + 0.5m);
            }
        })));
        Assert.Equal(1001m, value.Value);
    }

    [Fact]
    public async Task Exchanges_lose_nothing()
    {
        using var token = new SharedValue<long>();
        using var sum = new SharedValue<long>();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Pool.RunAsync(() =>
        {
            for (int i = 1; i <= Times; i++)
            {
                sum.Add(token.Exchange((worker * Times) + i));
            }
        })));
        long expected = 2L * Times * ((2L * Times) + 1) / 2;
        Assert.Equal(expected, sum.Value + token.Value);
    }
}
