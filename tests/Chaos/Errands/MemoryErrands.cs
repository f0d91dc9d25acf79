namespace Multiprocessing.Chaos;

/// <summary>Payloads that do not fit the ring, both ways.</summary>
internal sealed class LargePayloads : Errand
{
    internal override string Name => "large";

    internal override int Weight => 6;

    internal override Task RunAsync(ErrandContext context) => Task.WhenAll(Enumerable.Range(0, context.Random.Next(1, 6)).Select(_ =>
    {
        var item = context.NewItem(context.SomeMicroseconds());
        var bytes = new byte[context.Random.Next(3_000_000)];
        context.Random.NextBytes(bytes);
        return context.JudgeAsync(item, () => context.Pool.RunAsync(ChaosWork.Echo, (item, bytes), context.Token), echo =>
        {
            Array.Reverse(echo);
            return echo.AsSpan().SequenceEqual(bytes);
        });
    }).ToArray());
}

/// <summary>Shared memory that several items write to; what it holds afterwards fits what the items say.</summary>
internal sealed class SharedObjects : Errand
{
    private const int PartLength = 100;

    internal override string Name => "shared";

    internal override async Task RunAsync(ErrandContext context)
    {
        var count = context.Random.Next(1, 20);
        using var array = new SharedArray<int>(count * PartLength);
        using var sum = new SharedValue<long>();
        var isDone = new bool[count];
        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
        {
            var item = context.NewItem(0);
            var part = array.Slice(i * PartLength, PartLength);
            return context.JudgeAsync(item, () => context.Pool.RunAsync(ChaosWork.Share, (item, part, sum), context.Token), value =>
            {
                isDone[i] = true;
                return value == item.Answer;
            });
        }).ToArray());
        for (var i = 0; i < count; i++)
        {
            var (first, last) = (array[i * PartLength], array[(i * PartLength) + PartLength - 1]);
            if (isDone[i] ? (first, last) is not (1, 1) : first is not (0 or 1))
            {
                context.Error($"a part of shared memory holds {first} and {last}; done: {isDone[i]}.");
            }
        }
        if (sum.Value < (long)isDone.Count(done => done) * PartLength || sum.Value > (long)count * PartLength)
        {
            context.Error($"the shared sum is {sum.Value}.");
        }
    }
}
