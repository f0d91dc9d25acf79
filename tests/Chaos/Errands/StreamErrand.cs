namespace Multiprocessing.Chaos;

/// <summary>A stream, in order or not, from one kind of input or another, read to its end or abandoned.</summary>
internal sealed class StreamErrand(bool isOrdered) : Errand
{
    internal override string Name => isOrdered ? "stream" : "unordered";

    internal override async Task RunAsync(ErrandContext context)
    {
        var attempts = context.Random.Next(3) == 0 ? context.Random.Next(2, 4) : 1;
        var items = context.NewItems(400, attempts);
        var read = 0;
        var books = new StreamBooks(context, items, isOrdered);
        var results = Open(context, Read(), attempts, context.Random.Next(2) == 0).GetAsyncEnumerator();
        var end = context.Random.Next(4) == 0 ? context.Random.Next(items.Length) : int.MaxValue;
        try
        {
            for (var i = 0; i < end; i++)
            {
                try
                {
                    if (!await results.MoveNextAsync())
                    {
                        break;
                    }
                    books.OnValue(results.Current);
                }
                catch (Exception exception) when (!books.IsEnd(exception))
                {
                    books.OnFailure(exception);
                }
            }
        }
        catch (Exception exception)
        {
            context.Of(exception, items[0]);
            end = 0;
        }
        await results.DisposeAsync();
        books.Close(read, wasAbandoned: end != int.MaxValue);

        IEnumerable<Item> Read()
        {
            foreach (var item in items)
            {
                read++;
                yield return item;
            }
        }
    }

    private IAsyncEnumerable<long> Open(ErrandContext context, IEnumerable<Item> items, int attempts, bool isAsync)
    {
        var options = new MapStreamOptions
        {
            ReadAhead = context.Random.Next(3) == 0 ? context.Random.Next(1, 50) : null,
            Priority = context.SomePriority(),
            ChunkSize = context.Random.Next(3) == 0 ? context.Random.Next(1, 100) : null,
            Retry = context.Retry(attempts),
        };
        return (isOrdered, isAsync) switch
        {
            (true, true) => context.Pool.MapStreamAsync(ChaosWork.Do, ReadAsync(items), options, context.Token),
            (true, false) => context.Pool.MapStreamAsync(ChaosWork.Do, items, options, context.Token),
            (false, true) => context.Pool.MapStreamUnorderedAsync(ChaosWork.Do, ReadAsync(items), options, context.Token),
            (false, false) => context.Pool.MapStreamUnorderedAsync(ChaosWork.Do, items, options, context.Token),
        };
    }

    private static async IAsyncEnumerable<Item> ReadAsync(IEnumerable<Item> items)
    {
        foreach (var item in items)
        {
            if (item.Number % 16 == 0)
            {
                await Task.Yield();
            }
            yield return item;
        }
    }
}
