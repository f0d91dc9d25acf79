using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>Answers of items that have been copied and not read yet, one behind the other.</summary>
internal sealed class UnreadItems(IncomingSymbols symbols)
{
    private readonly List<Item> _items = [];
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>Bytes of all, with their large buffers.</summary>
    internal long TotalLength { get; private set; }

    internal void Add(int index, ReadOnlySpan<byte> response, LargeBufferSource? buffers, PayloadHolds? holds)
    {
        if (_bytes.Length - _length < response.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + response.Length, _bytes.Length * 2));
        }
        response.CopyTo(_bytes.AsSpan(_length));
        _items.Add(new Item(index, _length, response.Length, buffers, holds));
        _length += response.Length;
        TotalLength += response.Length + (buffers?.TotalLength ?? 0);
    }

    /// <summary>Reads all of items before <paramref name="limit"/>. Whatever is wrong with one fails that item and nothing else.</summary>
    internal void Read<TResult>(ItemBlock<TResult> block, int start, int limit)
    {
        foreach (var item in _items)
        {
            if (item.Index < limit)
            {
                var failure = ResponseReader.Read(
                    _bytes.AsSpan(item.Offset, item.Length), symbols, item.Buffers, item.Holds, out block.Values[start + item.Index]!);
                if (failure is not null)
                {
                    block.SetError(start + item.Index, failure);
                }
            }
            else
            {
                (item.Buffers as IDisposable)?.Dispose();
                item.Holds?.Dispose();
            }
        }
    }

    /// <summary>Lets go of what came with them.</summary>
    internal void Discard()
    {
        foreach (var item in _items)
        {
            (item.Buffers as IDisposable)?.Dispose();
            item.Holds?.Dispose();
        }
    }

    private readonly record struct Item(int Index, int Offset, int Length, LargeBufferSource? Buffers, PayloadHolds? Holds);
}
