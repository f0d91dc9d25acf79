using System.Collections.Concurrent;

namespace Multiprocessing.Chaos;

/// <summary>Counters in shared memory, one per item, which the item itself counts up when it starts: what has run, and how often.</summary>
internal sealed class Ledger : IDisposable
{
    internal const int BlockSize = 4096;
    private readonly ConcurrentStack<int> _free = new();

    internal Ledger(int blocks)
    {
        Cells = new SharedArray<int>((long)blocks * BlockSize);
        _free.PushRange([.. Enumerable.Range(0, blocks).Select(block => block * BlockSize)]);
    }

    internal SharedArray<int> Cells { get; }

    /// <summary>The first cell of a block whose cells are all zero.</summary>
    internal int Rent() =>
        _free.TryPop(out var first) ? first : throw new InvalidOperationException("The ledger is full: pools live too long for it.");

    /// <summary>Nobody who could count here is alive any more.</summary>
    internal void Return(int first)
    {
        Cells.AsSpan(first, BlockSize).Clear();
        _free.Push(first);
    }

    public void Dispose() => Cells.Dispose();
}
