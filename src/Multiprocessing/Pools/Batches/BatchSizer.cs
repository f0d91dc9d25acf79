using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>
/// How many items of a map or stream travel as one task: so many that they take about 300 us, measured in the workers. Begins with one and
/// grows at most fourfold from one batch to the next; what turns out too large is divided by the dispatcher. What the caller has set wins.
/// </summary>
internal sealed class BatchSizer
{
    /// <summary>Outlasts the way of a batch to its worker and back, and is too short for anybody to wait for.</summary>
    private static readonly long Target = Stopwatch.Frequency * 3 / 10_000;

    private const int Growth = 4;
    private readonly Lock _lock = new();
    private readonly int _most;
    private double _itemTicks;
    private volatile int _size = 1;

    /// <param name="chunkSize">What the caller has set.</param>
    /// <param name="most">The most items that fit a batch.</param>
    internal BatchSizer(int? chunkSize, int most = int.MaxValue)
    {
        IsFixed = chunkSize is not null;
        _size = chunkSize ?? 1;
        _most = most;
    }

    /// <summary>Whether the caller has set the size.</summary>
    internal bool IsFixed { get; }

    internal int Size => _size;

    /// <summary>What an item takes, as far as it is known; 0: it is not.</summary>
    internal long ItemTicks => (long)Math.Ceiling(Volatile.Read(ref _itemTicks));

    /// <summary>A batch has been run without a pause.</summary>
    internal void OnEnded(int items, long ticks)
    {
        lock (_lock)
        {
            var measured = (double)ticks / items;
            _itemTicks = _itemTicks == 0 ? measured : (_itemTicks + measured) / 2;
            if (!IsFixed)
            {
                var wanted = (int)Math.Clamp(Target / Math.Max(_itemTicks, 0.001), 1, _most);
                _size = wanted <= _size ? wanted : Math.Max(_size, (int)Math.Min(wanted, (long)items * Growth));
            }
        }
    }
}
