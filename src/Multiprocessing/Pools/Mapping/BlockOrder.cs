namespace Multiprocessing.Pools;

/// <summary>Which items of a block are ready, and how many have been passed on in their order. Under the lock of its stream.</summary>
internal sealed class BlockOrder(int count)
{
    private readonly bool[] _isReady = new bool[count];
    private long _bytes;

    /// <summary>Items that were passed on.</summary>
    internal int Passed { get; private set; }

    internal bool IsDone => Passed == count;

    internal void MarkReady(int start, int length, long bytes)
    {
        _isReady.AsSpan(start, length).Fill(true);
        _bytes += bytes;
    }

    /// <summary>The next items in order that are ready, and what has come in for the block so far; an empty range: none.</summary>
    internal ReadyRange<TResult> Pass<TResult>(ItemBlock<TResult> block)
    {
        var from = Passed;
        var notReady = _isReady.AsSpan(from).IndexOf(false);
        Passed = notReady < 0 ? count : from + notReady;
        var bytes = _bytes;
        _bytes = Passed > from ? 0 : _bytes;
        return new ReadyRange<TResult>(block, from, Passed - from, bytes);
    }
}

/// <summary>Items whose outcomes the consumer may take.</summary>
internal readonly record struct ReadyRange<TResult>(ItemBlock<TResult> Block, int Start, int Count, long Bytes);
