using System.Diagnostics;
using System.Runtime.CompilerServices;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.Values;

/// <summary>What needs no other side.</summary>
public sealed class SharedMemoryTests
{
    [Theory, InlineData(0), InlineData(-1), InlineData(long.MinValue)]
    public void A_size_must_be_positive(long size) => Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.Create(size));

    [Theory, InlineData(long.MaxValue), InlineData(1L << 60)]
    public void More_than_there_is_is_refused(long size) => Assert.Throws<InsufficientMemoryException>(() => SharedMemory.Create(size));

    [Fact]
    public void A_name_can_be_taken_only_once()
    {
        using var memory = SharedMemory.CreateNamed("taken: once\n", 10);
        Assert.Contains("taken: once", Assert.Throws<IOException>(() => SharedMemory.CreateNamed("taken: once\n", 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_not_found() =>
        Assert.Contains("nobody knows", Assert.Throws<FileNotFoundException>(() => SharedMemory.OpenNamed("nobody knows")).Message, StringComparison.Ordinal);

    [Theory, InlineData(""), InlineData(null)]
    public void A_name_must_not_be_empty(string? name) => Assert.ThrowsAny<ArgumentException>(() => SharedMemory.CreateNamed(name!, 10));

    [Fact]
    public void A_name_has_at_most_255_bytes()
    {
        using var memory = SharedMemory.CreateNamed(new string('a', 255), 10);
        _ = Assert.Throws<ArgumentException>(() => SharedMemory.CreateNamed(new string('a', 256), 10));
        _ = Assert.Throws<ArgumentException>(() => SharedMemory.OpenNamed(new string('ä', 128)));
    }

    [Fact]
    public void The_name_of_another_kind_is_refused()
    {
        using var array = SharedArray.CreateNamed<int>("an array", 10);
        string message = Assert.Throws<InvalidOperationException>(() => SharedMemory.OpenNamed("an array")).Message;
        Assert.Contains("Array", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_must_be_within_the_memory()
    {
        using var memory = SharedMemory.Create(10);
        Assert.Equal(0, memory.AsSpan(10, 0).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan(0, 11).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan(11, 0).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan(-1, 1).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsMemory(0, -1).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsReadOnlySpan(1, int.MaxValue).Length);
    }

    [Fact]
    public void A_disposed_object_says_so()
    {
        var memory = SharedMemory.Create(10);
        Memory<byte> view = memory.AsMemory();
        memory.Dispose();
        memory.Dispose();
        Assert.True(memory.IsDisposed);
        Assert.Equal(10, memory.Size);
        Assert.Contains("disposed", memory.ToString(), StringComparison.Ordinal);
        _ = Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        _ = Assert.Throws<ObjectDisposedException>(() => memory.AsReadOnly());
        _ = Assert.Throws<ObjectDisposedException>(() => view.Span.Length);
    }

    [Fact]
    [Trait("PainPoint", "27")]
    public void Whoever_is_inside_at_the_disposal_finds_zeros()
    {
        var memory = SharedMemory.Create(1 << 20);
        Span<byte> span = memory.Span;
        span.Fill(1);
        memory.Dispose();
        Assert.True(span.IndexOfAnyExcept((byte)0) < 0);
        span.Fill(2);
        GC.KeepAlive(memory);
    }

    [Fact]
    public async Task Threads_may_be_inside_at_the_disposal()
    {
        for (int round = 0; round < 50; round++)
        {
            var memory = SharedMemory.Create(64 << 10);
            using var started = new CountdownEvent(2);
            Task[] inside = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                started.Signal();
                while (!memory.IsDisposed)
                {
                    try
                    {
                        memory.Span.Fill(1);
                    }
                    catch (ObjectDisposedException)
                    {
                        Assert.True(memory.IsDisposed);
                    }
                }
            }))];
            started.Wait();
            memory.Dispose();
            await Task.WhenAll(inside);
        }
    }

    [Fact]
    [Trait("PainPoint", "27")]
    public void A_view_keeps_the_memory()
    {
        Memory<byte> view = MakeView();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(77, view.Span[1]);
        using var handle = view.Pin();
        Assert.Equal(77, Unsafe.AddByteOffset(ref view.Span[0], 1));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Memory<byte> MakeView()
        {
            var memory = SharedMemory.Create(100);
            memory.Span[1] = 77;
            return memory.AsMemory(0, 50);
        }
    }

    [Fact]
    public async Task A_write_to_a_read_only_mapping_ends_the_process_that_does_it()
    {
        using var memory = SharedMemory.Create(100);
        using SharedMemory view = memory.AsReadOnly();
        await using var pool = new ProcessPool(1);
        _ = await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(
            static (SharedMemory given) => { System.Runtime.InteropServices.MemoryMarshal.AsMemory(given.AsReadOnlyMemory(0, 10)).Span[0] = 1; }, view));
        Assert.Equal(0, memory.Span[0]);
    }

    [Fact]
    public void Disposing_of_large_memory_gives_it_back_at_once()
    {
        var memory = SharedMemory.Create(64 << 20);
        memory.Span.Fill(1);
        long before = SharedBytes();
        memory.Dispose();
        Assert.InRange(before - SharedBytes(), 60 << 20, 70 << 20);

        static long SharedBytes() => 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(static line => line.StartsWith("RssShmem:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Memory_is_not_given_back_before_the_task_that_it_was_sent_to_has_ended()
    {
        await using var pool = new ProcessPool(1);
        Task<int>[] sums = [.. Enumerable.Range(0, 50).Select(i =>
        {
            using var memory = SharedMemory.Create(10_000);
            memory.Span.Fill((byte)i);
            return pool.RunAsync(static (SharedMemory given) => (int)given.ReadOnlySpan[9_999], memory);
        })];
        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(sums));
    }
}
