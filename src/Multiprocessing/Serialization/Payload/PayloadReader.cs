using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing;

/// <summary>
/// Reads one payload. Custom codecs (<see cref="PayloadCodecAttribute"/>) get one; nobody else needs it.
/// </summary>
/// <remarks>
/// Every method throws <see cref="PayloadException"/> if the bytes do not hold what is asked for, and checks a length against what
/// is left before memory is allocated for it.
/// </remarks>
public ref partial struct PayloadReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly IncomingSymbols _symbols;
    private readonly LargeBufferSource? _buffers;
    private int _position;
    private object?[]? _objects;
    private int _objectCount;
    private List<Action>? _deferred;

    internal PayloadReader(ReadOnlySpan<byte> data, IncomingSymbols symbols, LargeBufferSource? buffers = null)
    {
        _data = data;
        _symbols = symbols;
        _buffers = buffers;
    }

    /// <summary>Number of bytes not read yet.</summary>
    public readonly int Remaining => _data.Length - _position;

    internal readonly IncomingSymbols Symbols => _symbols;

    internal readonly ReadOnlySpan<byte> Rest => _data[_position..];

    /// <summary>The next bytes, in place. They are not valid for longer than the payload is being read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - _position))
        {
            ThrowTruncated();
        }

        ReadOnlySpan<byte> bytes = _data.Slice(_position, count);
        _position += count;
        return bytes;
    }

    internal int ReadSymbol()
    {
        ulong symbol = ReadVarUInt();
        return symbol <= int.MaxValue ? (int)symbol : throw new PayloadException("A symbol is out of range.");
    }

    /// <summary>
    /// A number of elements that need at least <paramref name="bytesPerElement"/> bytes each: no more than can still come.
    /// </summary>
    internal int ReadCount(int bytesPerElement)
    {
        ulong count = ReadVarUInt();
        if (count > (ulong)(Remaining / Math.Max(1, bytesPerElement)))
        {
            throw new PayloadException($"{count} elements are announced, but only {Remaining} bytes are left.");
        }

        return (int)count;
    }

    internal readonly ReadOnlySpan<byte> GetLargeBuffer(ulong index, long length)
    {
        if (_buffers is null || index > int.MaxValue)
        {
            throw new PayloadException("The payload refers to a separate buffer that does not exist.");
        }

        ReadOnlySpan<byte> buffer = _buffers.Get((int)index);
        return buffer.Length >= length ? buffer[..(int)length] : throw new PayloadException("A separate buffer is too short.");
    }

    private static void ThrowTruncated() => throw new PayloadException("The payload ends too early.");
}
