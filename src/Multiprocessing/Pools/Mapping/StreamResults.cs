using System.Threading.Channels;

namespace Multiprocessing.Pools;

/// <summary>The outcomes of a stream on their way to its consumer: in the order of the items, or as they come.</summary>
internal sealed class StreamResults<TResult>(BatchSizer sizer, StreamRoom room, bool isOrdered) : ItemOwner<TResult>(sizer)
{
    private readonly Lock _lock = new();
    private readonly Queue<ItemBlock<TResult>> _blocks = new();
    private readonly Channel<ReadyRange<TResult>> _ready = Channel.CreateUnbounded<ReadyRange<TResult>>(
        new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Tasks under way, and one for the pump.</summary>
    private int _pending = 1;

    /// <summary>What the consumer reads; ends when the pump has and all items are there.</summary>
    internal ChannelReader<ReadyRange<TResult>> Ready => _ready.Reader;

    internal override bool WantsProgress => true;

    internal override ItemBlock<TResult> NextBlock(int count, long requestBytes, out int start)
    {
        start = 0;
        room.OnSent(requestBytes);
        var block = new ItemBlock<TResult>(new TResult[count])
        {
            RequestBytes = requestBytes,
            Order = isOrdered ? new BlockOrder(count) : null,
        };
        if (isOrdered)
        {
            lock (_lock)
            {
                _blocks.Enqueue(block);
            }
        }
        return block;
    }

    internal override void OnTaskBegins() => Interlocked.Increment(ref _pending);

    internal override void OnReady(ItemBlock<TResult> block, int start, int count, long resultBytes)
    {
        room.OnReady(count, Share(block, start + count) - Share(block, start), resultBytes);
        if (!isOrdered)
        {
            _ready.Writer.TryWrite(new ReadyRange<TResult>(block, start, count, resultBytes));
            return;
        }
        lock (_lock)
        {
            block.Order!.MarkReady(start, count, resultBytes);
            while (_blocks.TryPeek(out var first) && first.Order!.Pass(first) is { Count: > 0 } range)
            {
                _ready.Writer.TryWrite(range);
                if (!first.Order.IsDone)
                {
                    break;
                }
                _blocks.Dequeue();
            }
        }
    }

    /// <summary>The pump has ended.</summary>
    internal void Seal() => OnTaskEnded();

    /// <summary>The last one, pump or task, closes the channel.</summary>
    protected override void OnTaskEnded()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _ready.Writer.TryComplete();
        }
    }

    /// <summary>What the first items of a block have of its request.</summary>
    private static long Share(ItemBlock<TResult> block, int items) => block.RequestBytes * items / block.Values.Length;
}
