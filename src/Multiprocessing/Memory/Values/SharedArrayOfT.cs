using System.Collections;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Multiprocessing.Memory;

namespace Multiprocessing;

/// <summary>An array that several processes see: Python's <c>multiprocessing.Array</c>, handed over without a copy.</summary>
/// <typeparam name="T">
/// A number, an enum, or a structure of such. A pointer or a handle means nothing to another process.
/// </typeparam>
/// <remarks>
/// <para>
/// It is given to another process by passing this object or a slice of it (as an argument, captured by a lambda, as a result, inside of
/// another object), or opened there by name. The first element is aligned to 64 bytes. The memory is freed when the last process that
/// uses it has disposed of it or has ended, in whatever way.
/// </para>
/// <para>
/// The length may be over 2^31 elements; spans, which cannot, show parts of it (<see cref="AsSpan(long, int)"/>).
/// </para>
/// <para>
/// Nothing is synchronized: what one thread writes and another one reads at the same time, in whatever process, can be half of each. A
/// process that dies while it writes leaves what it has written so far. Atomic operations of <see cref="Interlocked"/> and
/// <see cref="Volatile"/> work on the elements, across processes: <c>Interlocked.Increment(ref array[3])</c>.
/// </para>
/// <para>
/// Spans and references into the array are valid while this object is reachable: keep it in a <c>using</c> statement or a field. After
/// <see cref="SharedObject.Dispose"/> they are harmless, but may see zeros, and what is written by them may be lost.
/// </para>
/// </remarks>
[PayloadCodec(typeof(SharedArrayCodec<>))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed unsafe partial class SharedArray<T> : SharedObject, IReadOnlyList<T>
    where T : unmanaged
{
    private readonly SharedBlock _block;
    private readonly T* _first;
    private readonly long _length;

    /// <summary>Makes a new array, all zero.</summary>
    /// <param name="length">The number of elements, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    public SharedArray(long length)
        : this(SharedArray.Allocate<T>(length, alone: false), 0, length, null)
    {
    }

    internal SharedArray(SharedBlock block, long start, long length, string? name)
    {
        _block = block;
        _first = (T*)(block.Pointer + ArrayLayout.Data) + start;
        _length = length;
        Start = start;
        Name = name;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>The name by which processes of this tree open the array; <see langword="null"/>: none.</summary>
    public string? Name { get; }

    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    int IReadOnlyCollection<T>.Count => checked((int)_length);

    /// <summary>All elements.</summary>
    /// <exception cref="InvalidOperationException">There are more than a span can show; use <see cref="AsSpan(long, int)"/>.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Span<T> Span => AsSpan(0, WholeLength());

    internal override SharedBlock Block => _block;

    /// <summary>Where in its block this slice starts.</summary>
    internal long Start { get; }

    /// <summary>An element itself, not a copy.</summary>
    /// <param name="index">From 0 to below <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ThrowIfDisposed();
            if ((ulong)index >= (ulong)_length)
            {
                ThrowOutside(index);
            }

            return ref _first[index];
        }
    }

    /// <summary>An element itself, not a copy.</summary>
    /// <inheritdoc cref="this[long]"/>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index];
    }

    /// <summary>An element itself, also counted from the end: <c>array[^1]</c>.</summary>
    /// <param name="index">The index.</param>
    /// <inheritdoc cref="this[long]" path="/exception"/>
    public ref T this[Index index] => ref this[Offset(index)];

    /// <summary>A slice: <c>array[10..20]</c> shows the same elements; see <see cref="Slice"/>.</summary>
    /// <param name="range">Which elements.</param>
    /// <inheritdoc cref="Slice" path="/exception"/>
    public SharedArray<T> this[Range range]
    {
        get
        {
            long start = Offset(range.Start);
            return Slice(start, Offset(range.End) - start);
        }
    }

    T IReadOnlyList<T>.this[int index] => this[(long)index];

    /// <summary>Some of the elements as an array of its own over the same memory: what is written there is written here.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="length">How many.</param>
    /// <returns>Another object, to be disposed of on its own; it can be sent to other processes as any.</returns>
    /// <exception cref="ArgumentOutOfRangeException">They are not all within the array.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public SharedArray<T> Slice(long start, long length)
    {
        CheckRange(start, length);
        return new SharedArray<T>(_block.Duplicate(), Start + start, length, Name);
    }

    /// <summary>Some of the elements.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all within the array.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Span<T> AsSpan(long start, int length)
    {
        CheckRange(start, length);
        return new Span<T>(_first + start, length);
    }

    /// <summary>All elements as a <see cref="Memory{T}"/>, which keeps the array mapped as long as it is reachable.</summary>
    /// <inheritdoc cref="Span" path="/exception"/>
    public Memory<T> AsMemory() => AsMemory(0, WholeLength());

    /// <summary>Some of the elements as a <see cref="Memory{T}"/>, which keeps the array mapped as long as it is reachable.</summary>
    /// <inheritdoc cref="AsSpan(long, int)"/>
    public Memory<T> AsMemory(long start, int length)
    {
        CheckRange(start, length);
        return new BlockMemoryManager<T>(this, _first + start, length).Memory;
    }

    /// <summary>For <c>fixed (T* p = array)</c>: the first element; a null reference if there is none.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public ref T GetPinnableReference()
    {
        ThrowIfDisposed();
        return ref _length == 0 ? ref Unsafe.NullRef<T>() : ref *_first;
    }

    /// <summary>Goes over the elements as they are at that moment; they may change meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < _length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Type, length and state, for people.</summary>
    public override string ToString() =>
        $"SharedArray<{typeof(T).Name}>[{_length}]{(Name is null ? "" : $" '{Name}'")}{(IsDisposed ? ", disposed" : "")}";

    private protected override void OnDisposed() => _block.Evacuate();

    private static void ThrowOutside(long index) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, "There is no such element.");

    private long Offset(Index index) => index.IsFromEnd ? _length - index.Value : index.Value;

    private void CheckRange(long start, long length)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length - start);
    }

    private int WholeLength() => _length <= int.MaxValue
        ? (int)_length
        : throw new InvalidOperationException($"{_length:N0} elements are more than a span can show. Use parts of them: AsSpan(start, length).");
}

/// <summary>The reference, then which elements, then the name.</summary>
internal sealed class SharedArrayCodec<T> : IPayloadCodec<SharedArray<T>>
    where T : unmanaged
{
    public void Write(PayloadWriter writer, SharedArray<T> value)
    {
        value.ThrowIfDisposed();
        value.Block.WriteReference(writer);
        writer.WriteInt64(value.Start);
        writer.WriteInt64(value.Length);
        writer.WriteString(value.Name);
        GC.KeepAlive(value);
    }

    public SharedArray<T> Read(ref PayloadReader reader)
    {
        SharedBlock block = SharedBlock.ReadReference(ref reader, SharedKind.Array);
        long whole = SharedArray.CheckedLength<T>(block);
        long start = reader.ReadInt64();
        long length = reader.ReadInt64();
        if (start < 0 || length < 0 || start > whole || length > whole - start)
        {
            block.Dispose();
            throw new PayloadException("A slice reaches outside of its array.");
        }

        return new SharedArray<T>(block, start, length, reader.ReadString());
    }
}
