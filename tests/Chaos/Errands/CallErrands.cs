namespace Multiprocessing.Chaos;

/// <summary>Many awaited calls at once, of all sorts of delegates.</summary>
internal sealed class AwaitedCalls : Errand
{
    internal override string Name => "RunAsync";

    internal override int Weight => 30;

    internal override Task RunAsync(ErrandContext context)
    {
        var pool = context.Pool;
        return Task.WhenAll(context.NewItems(300).Select(item => context.JudgeAsync(item, () => context.Random.Next(4) switch
        {
            0 => pool.RunAsync(() => ChaosWork.Do(item), context.Token),
            1 => pool.RunAsync(ChaosWork.DoAsync, item, new RunOptions { Priority = context.SomePriority() }, context.Token),
            _ => pool.RunAsync(ChaosWork.Do, item, context.Token),
        })).ToArray());
    }
}

/// <summary>Calls that follow each other on one thread, each waited for.</summary>
internal sealed class BlockingCalls : Errand
{
    internal override string Name => "Run";

    internal override int Weight => 20;

    internal override Task RunAsync(ErrandContext context) => Task.Factory.StartNew(
        () =>
        {
            foreach (var item in context.NewItems(50))
            {
                // Already ended when it is judged: what it throws is judged as if it had been awaited. Without a token it is the plainest call.
                var token = context.Random.Next(2) == 0 ? CancellationToken.None : context.Token;
                context.JudgeAsync(item, () => Task.FromResult(context.Pool.Run(ChaosWork.Do, item, token))).Wait();
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}

/// <summary>Delegates that take a token: they give way, or ignore it and are killed when the grace period is over.</summary>
internal sealed class TokenCalls : Errand
{
    internal override string Name => "token";

    internal override Task RunAsync(ErrandContext context) => Task.WhenAll(Enumerable.Range(0, context.Random.Next(1, 20)).Select(_ =>
    {
        var item = context.NewItem(context.Random.Next(30_000));
        return context.JudgeAsync(item, () => context.Random.Next(6) switch
        {
            0 => context.Pool.RunAsync(ChaosWork.IgnoreToken, item, context.Token),
            1 or 2 => context.Pool.RunAsync(ChaosWork.DoWithTokenAsync, item, context.Token),
            _ => context.Pool.RunAsync(ChaosWork.DoWithToken, item, context.Token),
        });
    }).ToArray());
}

/// <summary>Calls with a time limit, some of which take longer.</summary>
internal sealed class LimitedCalls : Errand
{
    internal override string Name => "time limit";

    internal override Task RunAsync(ErrandContext context) => Task.WhenAll(Enumerable.Range(0, context.Random.Next(1, 20)).Select(_ =>
    {
        var item = context.NewItem(context.Random.Next(20_000));
        var options = new RunOptions { Timeout = TimeSpan.FromMilliseconds(context.Random.Next(30)) };
        return context.JudgeAsync(
            item,
            () => context.Random.Next(2) == 0
                ? context.Pool.RunAsync(ChaosWork.Do, item, options, context.Token)
                : context.Pool.RunAsync(ChaosWork.DoWithToken, item, options, context.Token),
            hasLimit: true);
    }).ToArray());
}

/// <summary>Items that take their worker down, among others that must not suffer from it.</summary>
internal sealed class DeadlyCalls : Errand
{
    private static readonly Deed[] Deeds = [Deed.SegmentationFault, Deed.Abort, Deed.Exit, Deed.KillItself, Deed.FailFast];

    internal override string Name => "deadly";

    internal override int Weight => 4;

    internal override bool RunsInProcess => false;

    internal override Task RunAsync(ErrandContext context)
    {
        var deadly = context.NewItem(0, Deeds[context.Random.Next(Deeds.Length)]);
        Item[] items = [.. context.NewItems(20), deadly, .. context.NewItems(20)];
        return Task.WhenAll(items.Select(item => context.JudgeAsync(item, () => context.Pool.RunAsync(ChaosWork.Do, item, context.Token))).ToArray());
    }
}
