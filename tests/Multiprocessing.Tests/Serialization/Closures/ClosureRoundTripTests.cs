namespace Multiprocessing.Tests.Serialization.Closures;

/// <summary>Closures through the whole serializer: nothing that the copy needs may be missing, whichever way it is reached.</summary>
public class ClosureRoundTripTests
{
    public static TheoryData<bool, string> Lambdas() => CapturedVariablesTests.Lambdas();

    [Theory]
    [MemberData(nameof(Lambdas))]
    [Trait("PainPoint", "21")]
    public async Task A_lambda_that_was_sent_gives_the_same_result(bool optimized, string name)
    {
        var expected = await CapturedVariablesTests.Result(CapturedVariablesTests.Find(optimized, name).Lambda);
        var lambda = CapturedVariablesTests.Find(optimized, name).Lambda;

        Assert.Equal(expected, await CapturedVariablesTests.Result(Send(lambda)));
    }

    [Fact]
    public void A_captured_delegate_over_the_same_closure_brings_its_own_variables()
    {
        int a = 1, b = 2;
        using var other = new MemoryStream();
        GC.KeepAlive(() => other);
        Func<int> first = () => a;
        Func<int> second = () => first() + b;

        Assert.Equal(3, RoundTrip.Of(second)());
    }

    [Fact]
    public void A_captured_iterator_over_the_same_closure_brings_its_own_variables()
    {
        int count = 3, step = 2;
        var numbers = Numbers();
        Func<int> sum = () => numbers.Sum();

        Assert.Equal(6, RoundTrip.Of(sum)());

        IEnumerable<int> Numbers()
        {
            for (var i = 0; i < count; i++)
            {
                yield return i * step;
            }
        }
    }

    [Fact]
    public void A_delegate_inside_a_captured_object_brings_its_own_variables()
    {
        int a = 1, b = 2;
        var lazy = new Holder { Functions = { () => a, () => a + b } };
        Func<int> sum = () => lazy.Functions.Sum(f => f());

        Assert.Equal(4, RoundTrip.Of(sum)());
    }

    private static Delegate Send(Delegate lambda) => (Delegate)RoundTrip.Of((object)lambda);

    private sealed class Holder
    {
        internal List<Func<int>> Functions { get; } = [];
    }
}
