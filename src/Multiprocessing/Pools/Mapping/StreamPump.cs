namespace Multiprocessing.Pools;

/// <summary>Reads the input of a stream, as far ahead of the consumer as there is room, and hands it over.</summary>
internal sealed class StreamPump<TCall, TItem, TResult>(
    ItemWriter<TCall, TItem, TResult> writer, IAsyncEnumerable<TItem> input, StreamRoom room, bool isFixed, CancellationToken stop)
    where TCall : PoolCall
{
    /// <summary>Until the input ends or the stream is stopped. What it throws is of the input, or of serializing an item.</summary>
    internal async Task RunAsync()
    {
        using var late = new LateFlush(writer.FlushLate);
        try
        {
            var items = input.GetAsyncEnumerator(stop);
            await using (items.ConfigureAwait(false))
            {
                while (await ReadAsync(items).ConfigureAwait(false))
                {
                    if (writer.Add(items.Current))
                    {
                        writer.Flush();
                    }
                    late.Arm(writer.HasItems && !isFixed);
                }
            }
        }
        finally
        {
            if (!stop.IsCancellationRequested)
            {
                writer.Flush(); // What came before a failure counts.
            }
        }
    }

    private async ValueTask<bool> ReadAsync(IAsyncEnumerator<TItem> items)
    {
        // Room first: what has been read counts.
        if (!room.HasRoom)
        {
            writer.Flush();
            await room.WaitAsync(stop).ConfigureAwait(false);
        }
        stop.ThrowIfCancellationRequested();
        var next = items.MoveNextAsync();
        if (!next.IsCompleted && !isFixed)
        {
            // Nobody knows when the next one comes. What goes wrong is said when it has: until then the input must not be disposed of.
            writer.FlushLate();
        }
        var isThere = await next.ConfigureAwait(false);
        if (isThere)
        {
            room.OnRead();
        }
        return isThere;
    }
}
