namespace Multiprocessing.Chaos;

/// <summary>A map, awaited or blocking: all of its results in order, or the failure of one item.</summary>
internal sealed class MapErrand : Errand
{
    internal override string Name => "map";

    internal override async Task RunAsync(ErrandContext context)
    {
        var attempts = context.Random.Next(3) == 0 ? context.Random.Next(2, 4) : 1;
        var items = context.NewItems(500, attempts);
        if (context.Random.Next(2) == 0)
        {
            // So that some maps succeed as a whole.
            items = [.. items.Select(item => item with { Deed = Deed.Compute })];
        }
        if (attempts > 1 && context.Scope.Options.Backend == PoolBackend.Processes)
        {
            items = [.. items, context.NewItem(0, Deed.KillItselfAtFirst, attempts), .. context.NewItems(100, attempts)];
        }
        var options = new MapOptions
        {
            Priority = context.SomePriority(),
            ChunkSize = context.Random.Next(3) == 0 ? context.Random.Next(1, 100) : null,
            Retry = context.Retry(attempts),
        };
        try
        {
            var results = context.Random.Next(2) == 0
                ? await context.Pool.MapAsync(ChaosWork.Do, items, options, context.Token)
                : await Task.Factory.StartNew(
                    () => context.Pool.Map(ChaosWork.Do, items, options, context.Token),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
            if (results.Length != items.Length)
            {
                context.Error($"a map over {items.Length} items has {results.Length} results.");
            }
            for (var i = 0; i < items.Length; i++)
            {
                context.Note(items[i], context.OfValue(items[i], results[i] == items[i].Answer));
            }
        }
        catch (Exception exception)
        {
            NoteFailure(context, items, exception);
        }
    }

    /// <summary>The failure of an item that nobody names, unless it is the item's own.</summary>
    private static void NoteFailure(ErrandContext context, Item[] items, Exception exception)
    {
        var failed = Array.FindIndex(items, item => item.Deed == Deed.Throw && item.Complaint == exception.Message);
        var outcome = context.Of(exception, items[Math.Max(0, failed)]);
        for (var i = 0; i < items.Length; i++)
        {
            context.Note(items[i], i == failed ? outcome : Outcome.Unseen);
        }
    }
}
