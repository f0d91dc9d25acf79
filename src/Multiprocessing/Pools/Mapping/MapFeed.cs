namespace Multiprocessing.Pools;

/// <summary>Reads the input of a map and hands it over, as long as there is room. For one thread at a time.</summary>
internal abstract class MapFeed : IDisposable
{
    /// <summary>Goes on until there is no room any more. What it throws is of the input, or of serializing an item.</summary>
    /// <returns>True: the input has ended, and everything of it was handed over.</returns>
    internal abstract bool Feed();

    public abstract void Dispose();

    internal static MapFeed Of<TCall, TItem, TResult>(
        IEnumerable<TItem> items, MapOperation<TResult> map, ItemWriter<TCall, TItem, TResult> writer)
        where TCall : PoolCall =>
        items is TItem[] array
            ? new ArrayFeed<TCall, TItem, TResult>(array, map, writer)
            : new SequenceFeed<TCall, TItem, TResult>(items, map, writer);

    private sealed class ArrayFeed<TCall, TItem, TResult>(TItem[] items, MapOperation<TResult> map, ItemWriter<TCall, TItem, TResult> writer) : MapFeed
        where TCall : PoolCall
    {
        private int _done;

        internal override bool Feed()
        {
            while (_done < items.Length)
            {
                if (!map.HasRoom)
                {
                    return false;
                }
                map.ThrowIfStopped();
                _done += writer.AddRange(items.AsSpan(_done));
                writer.Flush();
            }
            return true;
        }

        public override void Dispose()
        {
            // An array holds nothing.
        }
    }

    private sealed class SequenceFeed<TCall, TItem, TResult>(IEnumerable<TItem> items, MapOperation<TResult> map, ItemWriter<TCall, TItem, TResult> writer)
        : MapFeed
        where TCall : PoolCall
    {
        private readonly LateFlush _late = new(writer.FlushLate);
        private IEnumerator<TItem>? _items;

        internal override bool Feed()
        {
            _items ??= items.GetEnumerator();
            while (map.HasRoom)
            {
                map.ThrowIfStopped();
                if (!_items.MoveNext())
                {
                    writer.Flush();
                    return true;
                }
                if (writer.Add(_items.Current))
                {
                    writer.Flush();
                }
                _late.Arm(writer.HasItems && !map.Sizer.IsFixed);
            }
            return false;
        }

        public override void Dispose()
        {
            _late.Dispose();
            _items?.Dispose();
        }
    }
}
