using Multiprocessing.Memory;

namespace Multiprocessing;

/// <content>Copies, in parts where a span is too short.</content>
public sealed unsafe partial class SharedArray<T>
{
    /// <summary>Copies elements of this array.</summary>
    /// <param name="destination">Where to; as many are copied as it has room for.</param>
    /// <param name="start">The first one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The array has not so many from there on.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public void CopyTo(Span<T> destination, long start = 0)
    {
        AsSpan(start, destination.Length).CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Copies all elements of this array to the start of another one, also if they are slices of the same memory that overlap.</summary>
    /// <param name="destination">Where to.</param>
    /// <exception cref="ArgumentException">The other one is shorter.</exception>
    /// <exception cref="ObjectDisposedException">One of them was disposed of.</exception>
    public void CopyTo(SharedArray<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfDisposed();
        destination.ThrowIfDisposed();
        if (destination._length < _length)
        {
            throw new ArgumentException($"{_length:N0} elements do not fit into {destination._length:N0}.", nameof(destination));
        }

        Buffer.MemoryCopy(_first, destination._first, destination._length * ElementType<T>.Size, _length * ElementType<T>.Size);
        GC.KeepAlive(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Copies elements into this array.</summary>
    /// <param name="source">What is copied.</param>
    /// <param name="start">Where to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The array has no room for so many from there on.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public void CopyFrom(ReadOnlySpan<T> source, long start = 0)
    {
        source.CopyTo(AsSpan(start, source.Length));
        GC.KeepAlive(this);
    }

    /// <summary>A copy of all elements that belongs to this process alone.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array of one process can have.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public T[] ToArray()
    {
        T[] copy = Span.ToArray();
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Sets all elements.</summary>
    /// <param name="value">To what.</param>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public void Fill(T value)
    {
        ThrowIfDisposed();
        for (long start = 0; start < _length; start += int.MaxValue)
        {
            AsSpan(start, (int)Math.Min(int.MaxValue, _length - start)).Fill(value);
        }

        GC.KeepAlive(this);
    }
}
