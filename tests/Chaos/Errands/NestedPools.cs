namespace Multiprocessing.Chaos;

/// <summary>A call whose worker has a pool of its own, whose workers may be killed as well.</summary>
internal sealed class NestedPools : Errand
{
    internal override string Name => "nested";

    internal override int Weight => 2;

    /// <summary>The pool inside must not be made by this process itself: its workers would be taken for those of a pool that was forgotten.</summary>
    internal override bool RunsInProcess => false;

    internal override Task RunAsync(ErrandContext context)
    {
        var item = context.NewItem(0);
        return context.JudgeAsync(item, () => context.Pool.RunAsync(Nest, item, context.Token), value => value >= 0);
    }

    /// <summary>How many of the inner calls ended with their value; the others lost their worker.</summary>
    private static async Task<int> Nest(Item item)
    {
        await using var pool = new ProcessPool(2);
        await ChaosWork.DoAsync(item);
        var calls = Enumerable.Range(0, 20).Select(i => pool.RunAsync(static x => 2 * x, i)).ToArray();
        await Task.WhenAll(calls).ContinueWith(static _ => { }, TaskScheduler.Default);
        for (var i = 0; i < calls.Length; i++)
        {
            if (calls[i].IsCompletedSuccessfully ? calls[i].Result != 2 * i : calls[i].Exception?.InnerException is not WorkerDiedException)
            {
                return -1;
            }
        }
        return calls.Count(call => call.IsCompletedSuccessfully);
    }
}
