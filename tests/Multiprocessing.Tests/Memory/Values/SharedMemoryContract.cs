namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedMemoryInProcessTests() : SharedMemoryContract(PoolBackend.InProcess, StartMethod.Standby);

public sealed class SharedMemorySpawnTests() : SharedMemoryContract(PoolBackend.Processes, StartMethod.Spawn);

public sealed class SharedMemoryStandbyTests() : SharedMemoryContract(PoolBackend.Processes, StartMethod.Standby);

public abstract class SharedMemoryContract(PoolBackend backend, StartMethod method) : SharedContract(backend, method)
{
    [Theory, InlineData(1), InlineData(4096), InlineData(4097), InlineData(300_000)]
    public async Task Both_sides_see_the_same_bytes(long size)
    {
        using var memory = SharedMemory.Create(size);
        Assert.Equal(size, memory.Size);
        Assert.Equal(size, memory.Span.Length);
        Assert.True(memory.Span.IndexOfAnyExcept((byte)0) < 0);
        memory.Span[^1] = 1;
        await Pool.RunAsync(static (SharedMemory given) => { given.Span[^1] += 41; }, memory);
        Assert.Equal(42, memory.Span[^1]);
    }

    [Fact]
    public async Task It_is_opened_by_name_on_the_other_side()
    {
        string name = NewName();
        using var memory = SharedMemory.CreateNamed(name, 1000);
        await Pool.RunAsync(
            static (string given) =>
            {
                using var opened = SharedMemory.OpenNamed(given);
                opened.Span[999] = (byte)(opened.Size == 1000 && opened.Name == given ? 7 : 1);
            },
            name);
        Assert.Equal(7, memory.Span[999]);
    }

    [Fact]
    public async Task A_name_is_free_again_when_nobody_uses_its_memory()
    {
        string name = NewName();
        SharedMemory.CreateNamed(name, 10).Dispose();
        SharedMemory made = await Pool.RunAsync(static (string given) => SharedMemory.CreateNamed(given, 20), name);
        Assert.Equal(20, made.Size);
        Assert.Equal(name, made.Name);
        made.Dispose();
    }

    [Fact]
    public async Task A_read_only_view_stays_read_only_on_its_way()
    {
        using var memory = SharedMemory.Create(100);
        using SharedMemory view = memory.AsReadOnly();
        memory.Span[5] = 5;
        Assert.Equal(5, view.ReadOnlySpan[5]);
        Assert.Equal((true, 5), await Pool.RunAsync(static (SharedMemory given) => (given.IsReadOnly, (int)given.ReadOnlySpan[5]), view));
        Assert.Contains("read-only", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => Pool.RunAsync(static (SharedMemory given) => { given.Span[0] = 1; }, view))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_larger_than_a_span_is_used_in_parts()
    {
        const long size = 5L << 30;
        using var memory = SharedMemory.Create(size);
        _ = Assert.Throws<InvalidOperationException>(() => memory.Span.Length);
        memory.AsSpan(size - 10, 10)[9] = 9;
        memory.AsSpan(3L << 30, 1)[0] = 3;
        Assert.Equal(12, await Pool.RunAsync(
            static (SharedMemory given) => given.AsReadOnlySpan(given.Size - 1, 1)[0] + given.AsReadOnlySpan(3L << 30, 1)[0], memory));
    }

    [Fact]
    public async Task A_task_returns_memory_that_it_has_made()
    {
        using SharedMemory made = await Pool.RunAsync(static () =>
        {
            var memory = SharedMemory.Create(500);
            memory.Span.Fill(3);
            return memory;
        });
        Assert.True(made.Span.IndexOfAnyExcept((byte)3) < 0);
    }
}
