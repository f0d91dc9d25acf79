using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// Some items of a map or stream on their way as one task. The request is a prefix (<see cref="BatchRequest.Prefix"/>) and the items. A back
/// end gives in the outcomes in the order of the items, one thread at a time, then the end.
/// </summary>
internal abstract class BatchTask : PoolTask
{
    [SetsRequiredMembers]
    protected BatchTask(ItemTerms terms, BatchLayout layout, bool isChunk)
        : base(terms)
    {
        Terms = terms;
        Layout = layout;
        IsChunk = isChunk;
    }

    internal sealed override bool IsBatch => true;

    internal sealed override bool IsDivisible => !IsChunk;

    /// <summary>Whether the caller has said how many items belong together: such a batch is not divided without need.</summary>
    internal bool IsChunk { get; }

    /// <inheritdoc cref="BatchLayout.ItemSize"/>
    internal int ItemSize => Layout.ItemSize;

    /// <inheritdoc cref="BatchLayout.ResultSize"/>
    internal int ResultSize => Layout.ResultSize;

    protected ItemTerms Terms { get; }

    protected BatchLayout Layout { get; }

    internal ReadOnlySpan<byte> Prefix => Request[..Layout.PrefixLength];

    internal ReadOnlySpan<byte> Items => Request[Layout.PrefixLength..];

    protected sealed override bool IsResponseRead => true;

    /// <summary>Items whose outcome was given in, without a gap.</summary>
    internal abstract int ReceivedItems { get; }

    /// <summary>Raw results of items one behind the other, from <see cref="ReceivedItems"/> on; those of items that failed mean nothing.</summary>
    internal abstract void TakeResults(ReadOnlySpan<byte> results);

    /// <summary>The answer of one item, see <see cref="PoolTask.SetResponse"/>. If results are raw, only a failure is one.</summary>
    internal abstract void TakeItem(
        int index, ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers = null, PayloadHolds? holds = null);

    /// <summary>All items have ended.</summary>
    internal abstract void TakeEnd(long elapsedTicks);

    /// <summary>Passes on what was given in so far, if somebody waits for that.</summary>
    internal abstract void PublishProgress();

    protected sealed override void TakeResponse(
        ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds) =>
        throw new InvalidOperationException("A batch has no answer of its own.");

    protected sealed override void OnUnread() => throw new InvalidOperationException("A batch has no answer of its own.");
}
