namespace Multiprocessing.Chaos;

/// <summary>What is done with pools, chosen by weight.</summary>
internal static class AllErrands
{
    private static readonly Errand[] All =
    [
        new AwaitedCalls(),
        new BlockingCalls(),
        new TokenCalls(),
        new LimitedCalls(),
        new DeadlyCalls(),
        new RetriedCalls(),
        new KeyedCalls(),
        new LargePayloads(),
        new SharedObjects(),
        new MapErrand(),
        new StreamErrand(isOrdered: true),
        new StreamErrand(isOrdered: false),
        new NestedPools(),
    ];

    internal static Errand Choose(Random random, PoolBackend backend)
    {
        Errand[] possible = [.. All.Where(errand => backend == PoolBackend.Processes || errand.RunsInProcess)];
        var place = random.Next(possible.Sum(errand => errand.Weight));
        return possible.First(errand => (place -= errand.Weight) < 0);
    }
}
