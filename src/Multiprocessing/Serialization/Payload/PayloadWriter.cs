using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing;

/// <summary>
/// The bytes of one payload while it is being written. Custom codecs (<see cref="PayloadCodecAttribute"/>) get one; nobody else
/// needs it.
/// </summary>
/// <remarks>Not thread-safe. A codec must not keep the writer after its <c>Write</c> has returned.</remarks>
public sealed partial class PayloadWriter
{
    private const int InitialCapacity = 512;
    private const int LargestKeptCapacity = 1 << 20;

    private byte[] _buffer = new byte[InitialCapacity];
    private int _position;
    private LargeBufferSink? _sink;
    private List<int>? _usedSymbols;

    internal PayloadWriter()
    {
    }

    /// <summary>Number of bytes written so far.</summary>
    public int Length => _position;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _position);

    internal ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _position);

    /// <summary>The greatest symbol in the payload, -1 if there is none. All smaller ones may be in it as well.</summary>
    internal int HighestSymbol { get; private set; } = -1;

    internal static PayloadWriter Rent(LargeBufferSink? sink = null)
    {
        PayloadWriter writer = PayloadWriterPool.Take() ?? new PayloadWriter();
        writer._sink = sink;
        return writer;
    }

    /// <summary>Gives the writer back. Nothing of it, <see cref="Written"/> included, may be used afterwards.</summary>
    internal void Return()
    {
        Clear();
        _sink = null;
        _usedSymbols = null;
        KeepsHolds = false;
        AcceptsProgress = false;
        if (_buffer.Length > LargestKeptCapacity)
        {
            _buffer = new byte[InitialCapacity];
        }

        PayloadWriterPool.Put(this);
    }

    /// <summary>Forgets what was written, so that the writer can take another payload.</summary>
    internal void Clear()
    {
        _position = 0;
        HighestSymbol = -1;
        ForgetReferences();
        DropHolds();
    }

    internal void CollectSymbols(List<int> into) => _usedSymbols = into;

    internal void WriteSymbol(int symbol)
    {
        Use(symbol);
        WriteVarUInt((uint)symbol);
    }

    /// <summary>Notes that the payload needs the symbol, which was or will be written in another form.</summary>
    internal void Use(int symbol)
    {
        if (symbol > HighestSymbol)
        {
            HighestSymbol = symbol;
        }

        if (_usedSymbols is { } used && (used.Count == 0 || used[^1] != symbol))
        {
            used.Add(symbol);
        }
    }

    /// <summary>Room for <paramref name="count"/> bytes, which counts as written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Append(int count)
    {
        if (_buffer.Length - _position < count)
        {
            Grow(count);
        }

        Span<byte> room = _buffer.AsSpan(_position, count);
        _position += count;
        return room;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        long needed = (long)_position + count;
        if (needed > Array.MaxLength)
        {
            throw new UnserializableException("The value needs more than 2 GiB of payload. Send it in parts or use shared memory.");
        }

        Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(needed, _buffer.Length * 2L)));
    }
}
