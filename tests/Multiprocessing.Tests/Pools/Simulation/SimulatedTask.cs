using Multiprocessing.Pools;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Pools.Simulation;

/// <summary>A task without a request, a call or a batch, which counts how often it ends.</summary>
internal sealed class SimulatedTask : PoolTask
{
    internal static SimulatedTask Create(
        bool takesToken = false,
        long timeoutTicks = -1,
        TaskPriority priority = TaskPriority.Normal,
        bool isPart = false,
        object? key = null,
        CancellationToken token = default) => new()
        {
            Function = Create,
            TakesToken = takesToken,
            TimeoutTicks = timeoutTicks,
            Priority = priority,
            IsPartOfInput = isPart,
            Token = token,
            StickyKey = key,
        };

    /// <summary>The items of a batch; one for a call.</summary>
    internal List<SimulatedItem> Items { get; private set; } = [new SimulatedItem()];

    /// <summary>Where those go that are split off.</summary>
    internal List<SimulatedTask>? Parts { get; init; }

    internal int BatchSize
    {
        init
        {
            Items = [.. Enumerable.Range(0, value).Select(_ => new SimulatedItem())];
            ItemCount = value;
            _isBatch = true;
        }
    }

    internal bool IsChunk { get; init; }

    internal override bool IsBatch => _isBatch;

    internal override bool IsDivisible => _isBatch && !IsChunk;

    internal override long ItemTicks => Estimate;

    internal long Estimate { get; init; }

    internal int Ends { get; private set; }

    /// <summary>How it ended: <c>done</c>, <c>canceled</c>, or the type of the exception.</summary>
    internal string? Outcome { get; private set; }

    internal Exception? LastFailure { get; private set; }

    /// <summary>How often a worker started it.</summary>
    internal int Starts => Items.Max(item => (int?)item.Starts) ?? 0;

    /// <summary>How often a response came too late and was forgotten.</summary>
    internal int Drops { get; private set; }

    /// <summary>By whom it was started last, and how many-th start of all that was.</summary>
    internal (int Worker, long Order) Started { get; set; }

    private readonly bool _isBatch;

    internal override PoolTask SplitTail(int keep)
    {
        Assert.True(IsBatch && keep >= 0 && keep <= ItemCount);
        var tail = new SimulatedTask
        {
            Function = Function,
            TakesToken = TakesToken,
            TimeoutTicks = TimeoutTicks,
            Token = default,
            BatchSize = ItemCount - keep,
            IsChunk = IsChunk,
            Estimate = Estimate,
            Parts = Parts,
            Priority = Priority,
            IsPartOfInput = IsPartOfInput,
        };
        tail.Items = Items[keep..];
        Items = Items[..keep];
        ItemCount = keep;
        Parts!.Add(tail);
        return tail;
    }

    public override string ToString() =>
        $"{Id}: {State}, attempt {Attempt}, {StopReason}, {Outcome}, token {TakesToken}, limit {TimeoutTicks}, items {string.Join(' ', Items)}";

    internal override void DiscardResponse() => Drops++;

    protected override bool IsResponseRead => true;

    protected override void TakeResponse(ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds)
    {
        // What matters of it is its status, which the base class has taken.
    }

    protected override void OnUnread() => throw new InvalidOperationException("A simulated response is always read.");

    protected override void OnEnded()
    {
        Ends++;
        LastFailure = Failure;
        Outcome = IsCanceled ? "canceled" : Failure is { } failure ? failure.GetType().Name : "done";
        Assert.Equal(ItemCount, Items.Count);
        foreach (var item in Items)
        {
            item.Ends++;
            item.Outcome = Outcome;
        }
    }
}

/// <summary>One item of a batch, or the one of a call.</summary>
internal sealed class SimulatedItem
{
    internal int Starts { get; set; }

    internal int Finishes { get; set; }

    internal int Ends { get; set; }

    internal string? Outcome { get; set; }

    public override string ToString() => $"({Starts} {Finishes} {Ends} {Outcome})";
}
