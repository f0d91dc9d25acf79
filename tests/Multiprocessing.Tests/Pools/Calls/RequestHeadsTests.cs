using System.Runtime.CompilerServices;
using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Calls;

public sealed class RequestHeadsTests
{
    /// <summary>Where a delegate's head is kept depends on its hash code, which is another one in each run.</summary>
    [Fact]
    public void The_heads_of_a_few_calls_are_kept_whatever_the_hash_codes_of_their_delegates()
    {
        Func<int>[] alike = [.. Enumerable.Range(0, 10_000).Select(static _ => new Func<int>(Answer))
            .GroupBy(static function => RuntimeHelpers.GetHashCode(function) & 0xFF).First(static group => group.Count() >= 4).Take(4)];
        RequestHeads.Head?[] first = Heads(alike);
        Assert.All(first, Assert.NotNull);
        Assert.All(Heads(alike).Zip(first), static pair => Assert.Same(pair.Second, pair.First));
    }

    [Fact]
    public void Delegates_that_have_state_have_no_head()
    {
        int state = 1;
        Assert.Null(RequestHeads.Of(0, () => state));
        Assert.NotNull(RequestHeads.Of(0, static () => 1));
    }

    private static RequestHeads.Head?[] Heads(Func<int>[] functions) => [.. functions.Select(static function => RequestHeads.Of(0, function))];

    private static int Answer() => 42;
}
