using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// Some items of a map or stream on their way as one task. The request is a prefix (<see cref="BatchRequest.Prefix"/>) and the items. A back
/// end gives in the outcomes in the order of the items, one thread at a time, then the end.
/// </summary>
internal abstract class BatchTask : PoolTask
{
    internal sealed override bool IsBatch => true;

    internal sealed override bool IsDivisible => !IsChunk;

    /// <summary>Whether the caller has said how many items belong together: such a batch is not divided without need.</summary>
    internal required bool IsChunk { get; init; }

    internal required int PrefixLength { get; init; }

    /// <summary>See <see cref="BatchRequest.ItemSize"/>.</summary>
    internal required int ItemSize { get; init; }

    /// <summary>See <see cref="BatchRequest.ResultSize"/>.</summary>
    internal required int ResultSize { get; init; }

    /// <summary>Where in the prefix the place of the first item in the whole input ends, which its random numbers depend on; 0: it is not there.</summary>
    internal required int SeedEnd { get; init; }

    internal ReadOnlySpan<byte> Prefix => Request[..PrefixLength];

    internal ReadOnlySpan<byte> Items => Request[PrefixLength..];

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
