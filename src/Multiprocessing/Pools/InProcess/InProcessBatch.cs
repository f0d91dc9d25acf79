using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Pools;

/// <summary>A batch as an in-process worker has it. The words are the same as in shared memory.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Not disposed: a cancellation may be on its way, and a source without a timer holds nothing.")]
internal sealed unsafe class InProcessBatch
{
    private readonly long[] _words = GC.AllocateArray<long>(BatchWords.Size / sizeof(long), pinned: true);
    private readonly long _firstId;
    private readonly byte[] _prefix;
    private readonly byte[] _items;
    private CancellationTokenSource? _stop;

    internal InProcessBatch(BatchTask batch)
    {
        Task = batch;
        _firstId = batch.Id;
        HasLimit = batch.TimeoutTicks >= 0;
        ItemCount = batch.ItemCount;
        Words = new BatchWords((long*)Unsafe.AsPointer(ref _words[0]));
        BatchWords.Initialize(MemoryMarshal.AsBytes(_words.AsSpan()), ItemCount);
        _prefix = batch.Prefix.ToArray();
        _items = batch.Items.ToArray();
    }

    internal BatchTask Task { get; }

    internal bool HasLimit { get; }

    internal BatchWords Words { get; }

    /// <summary>Where it ends, under the worker's lock.</summary>
    internal int ItemCount { get; set; }

    /// <summary>Results are payloads: a thread cannot die between two writes, and what it has ended is visible at once.</summary>
    internal BatchRequest Request => new()
    {
        Words = Words,
        Prefix = _prefix,
        Items = _items,
        Results = [],
        ItemSize = Task.ItemSize,
        ResultSize = 0,
        HasLimit = HasLimit,
        TakesToken = Task.TakesToken,
        FirstId = _firstId,
    };

    // Under the worker's lock, as all that follows.
    internal int TakeBack(int most)
    {
        var taken = Words.TakeBack(ItemCount, most);
        ItemCount -= taken;
        return taken;
    }

    internal CancellationToken BeginToken() => (_stop = new CancellationTokenSource()).Token;

    internal void EndToken() => _stop = null;

    internal void Cancel() => _ = _stop?.CancelAsync();
}
