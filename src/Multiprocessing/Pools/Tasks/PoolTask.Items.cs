namespace Multiprocessing.Pools;

/// <content>
/// A task may be a batch: several items of a map or stream that travel as one. The worker claims one after the other, so a batch can be
/// divided at any time: what was not claimed becomes a task of its own.
/// </content>
internal abstract partial class PoolTask
{
    /// <summary>How many items this is, 1 for a call. Becomes less when items are split off, under the dispatcher's lock.</summary>
    internal int ItemCount { get; private protected set; } = 1;

    /// <summary>Whether it travels as a batch, maybe of one item.</summary>
    internal virtual bool IsBatch => false;

    /// <summary>Whether a part may be given to another worker, only because that one has nothing to do.</summary>
    internal virtual bool IsDivisible => false;

    /// <summary>What an item is believed to take, in ticks; 0: not known.</summary>
    internal virtual long ItemTicks => 0;

    /// <summary>For a batch whose worker has died, set by the back end before it reports that: how many items had been begun with.</summary>
    internal int ItemsBegun { get; set; }

    /// <summary>As <see cref="ItemsBegun"/>: how many had ended. Their outcomes were put into the batch before.</summary>
    internal int ItemsFinished { get; set; }

    /// <summary>
    /// Lets go of an answer that came too late, before another attempt. False: the outcome of the item is on its way to its owner already, so
    /// there must be no other attempt.
    /// </summary>
    internal virtual bool TryForget()
    {
        DiscardResponse();
        return true;
    }

    /// <summary>Makes a new task of all items but the first ones. Under the dispatcher's lock.</summary>
    /// <param name="keep">How many items stay in this one; may be all that it has, or none.</param>
    internal virtual PoolTask SplitTail(int keep) => throw new InvalidOperationException("A call cannot be divided.");
}
