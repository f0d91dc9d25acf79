namespace Multiprocessing.Chaos;

/// <summary>Calls that are tried again when their worker dies of them, or when their time is over; some need it.</summary>
internal sealed class RetriedCalls : Errand
{
    internal override string Name => "retries";

    internal override int Weight => 6;

    internal override bool RunsInProcess => false;

    internal override Task RunAsync(ErrandContext context)
    {
        var attempts = context.Random.Next(2, 5);
        var hasLimit = context.Random.Next(4) == 0;
        var options = new RunOptions
        {
            Retry = context.Retry(attempts, timeouts: hasLimit && context.Random.Next(2) == 0),
            Timeout = hasLimit ? TimeSpan.FromMilliseconds(context.Random.Next(1, 30)) : Timeout.InfiniteTimeSpan,
            Priority = context.SomePriority(),
        };
        Item[] items = [.. context.NewItems(30, attempts), context.NewItem(100, Deed.KillItselfAtFirst, attempts), .. context.NewItems(30, attempts)];
        return Task.WhenAll(items.Select(item => context.JudgeAsync(
            item,
            () => context.Pool.RunAsync(ChaosWork.Do, item, options, context.Token),
            hasLimit)).ToArray());
    }
}

/// <summary>Calls of a few keys, each of which stays at one worker as long as that lives.</summary>
internal sealed class KeyedCalls : Errand
{
    internal override string Name => "keys";

    internal override Task RunAsync(ErrandContext context)
    {
        var keys = context.Random.Next(1, 10);
        var attempts = context.Random.Next(3) == 0 ? 3 : 1;
        return Task.WhenAll(context.NewItems(200, attempts).Select(item =>
        {
            var options = new RunOptions { StickyKey = context.Random.Next(keys), Retry = context.Retry(attempts) };
            return context.JudgeAsync(item, () => context.Pool.RunAsync(ChaosWork.Do, item, options, context.Token));
        }).ToArray());
    }
}
