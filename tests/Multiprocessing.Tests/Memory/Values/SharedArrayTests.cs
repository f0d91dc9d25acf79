using System.Runtime.Intrinsics;

namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedArrayTests
{
    [Fact]
    public void A_length_must_not_be_negative_or_too_large()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => new SharedArray<int>(-1));
        _ = Assert.Throws<InsufficientMemoryException>(() => new SharedArray<int>(long.MaxValue));
        _ = Assert.Throws<InsufficientMemoryException>(() => new SharedArray<int>(long.MaxValue / 4));
        _ = Assert.Throws<InsufficientMemoryException>(() => new SharedArray<byte>(1L << 58));
    }

    [Theory, InlineData(3), InlineData(3000), InlineData(300_000)]
    public unsafe void Elements_are_aligned_for_vectors(int length)
    {
        using var array = new SharedArray<byte>(length);
        fixed (byte* first = array)
        {
            Assert.Equal(0, (nint)first % 64);
        }

        using var vectors = new SharedArray<Vector512<int>>(3);
        fixed (Vector512<int>* first = vectors)
        {
            Vector512.Create(7).StoreAligned((int*)first);
        }

        Assert.Equal(Vector512.Create(7), vectors[0]);
    }

    [Fact]
    public void Indexes_are_checked()
    {
        using var array = SharedArray.From<int>([1, 2, 3]);
        Assert.Equal(3, array[^1]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array[3]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array[-1]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array[^4]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array[2..5]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array[2..1]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array.Slice(4, 0));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array.AsSpan(1, 3).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array.AsMemory(-1, 1));
    }

    [Fact]
    public void It_is_a_list_to_read()
    {
        using var array = SharedArray.From<int>([5, 6, 7]);
        IReadOnlyList<int> list = array;
        Assert.Equal(3, list.Count);
        Assert.Equal(6, list[1]);
        Assert.Equal(18, list.Sum());
        Interlocked.Add(ref array[1], 4);
        Assert.Equal([5, 10, 7], list);
    }

    [Fact]
    public void Elements_are_copied_in_and_out()
    {
        using var array = new SharedArray<int>(5);
        array.CopyFrom([1, 2, 3], start: 1);
        Assert.Equal([0, 1, 2, 3, 0], array.ToArray());
        int[] some = new int[2];
        array.CopyTo(some, start: 2);
        Assert.Equal([2, 3], some);
        using var larger = new SharedArray<int>(6);
        array.CopyTo(larger);
        Assert.Equal([0, 1, 2, 3, 0, 0], larger);
        using SharedArray<int> first = larger[..5];
        using SharedArray<int> second = larger[1..];
        first.CopyTo(second);
        Assert.Equal([0, 0, 1, 2, 3, 0], larger);
        _ = Assert.Throws<ArgumentException>(() => larger.CopyTo(array));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array.CopyFrom([1], start: 5));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => array.CopyTo(new int[6]));
    }

    [Fact]
    public void A_slice_outlives_its_array()
    {
        var array = SharedArray.From<int>(Enumerable.Range(0, 100_000).ToArray());
        SharedArray<int> slice = array[50_000..];
        array.Dispose();
        Assert.Equal(50_000, slice[0]);
        slice.Dispose();
        _ = Assert.Throws<ObjectDisposedException>(() => slice[0]);
        _ = Assert.Throws<ObjectDisposedException>(() => array.Span.Length);
        _ = Assert.Throws<ObjectDisposedException>(() => array.Slice(0, 1));
    }

    [Fact]
    public void Whoever_has_a_span_of_a_disposed_array_is_harmless()
    {
        var array = new SharedArray<int>(100_000);
        SharedArray<int> slice = array[10..];
        Span<int> span = array.Span;
        span.Fill(1);
        array.Dispose();
        slice.Dispose();
        span.Fill(2);
        GC.KeepAlive(array);
    }
}
