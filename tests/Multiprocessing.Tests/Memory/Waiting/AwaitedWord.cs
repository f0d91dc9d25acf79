using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.Waiting;

/// <summary>A word of shared memory with its cell, mapped once; several members may use it.</summary>
internal sealed unsafe class AwaitedWord : IDisposable
{
    private const int WordOffset = 0;
    private const int CellOffset = 64;
    private const int DataOffset = 128;
    private readonly MemoryMapping _mapping;

    public AwaitedWord(KernelHandle memory) => _mapping = Kernel.SharedMemory.Map(memory, 4096, writable: true);

    public int* Word => (int*)(_mapping.Pointer + WordOffset);

    public WaiterCell* Cell => (WaiterCell*)(_mapping.Pointer + CellOffset);

    /// <summary>Numbers for the test's own use.</summary>
    public long* Data => (long*)(_mapping.Pointer + DataOffset);

    public int Value
    {
        get => Volatile.Read(ref *Word);
        set => Interlocked.Exchange(ref *Word, value);
    }

    /// <summary>Two mappings of the same memory.</summary>
    public static (AwaitedWord One, AwaitedWord Other) CreateTwice()
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        return (new AwaitedWord(memory), new AwaitedWord(memory));
    }

    public static AwaitedWord Create()
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        return new AwaitedWord(memory);
    }

    /// <summary>The memory of that word, known to the tree of this process, which holds it until it releases it.</summary>
    public static AwaitedWord Create(IHandOver handOver, out Guid token)
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        token = handOver.Deposit(memory);
        return new AwaitedWord(memory);
    }

    public static AwaitedWord Open(IHandOver handOver, Guid token)
    {
        using KernelHandle? memory = handOver.Open(token, take: false, out _);
        return new AwaitedWord(memory ?? throw new IOException("The memory is gone."));
    }

    public WaitOutcome Wait(TestMember member, int expected, TimeSpan? timeout = null, CancellationToken cancellation = default) => member.Waits.Wait(
        Word, expected, member.Participant.Table.Epoch, Deadline.After(timeout ?? Timeout.InfiniteTimeSpan), cancellation);

    public Task<WaitOutcome> WaitAsync(TestMember member, int expected, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        member.Waits.WaitAsync(
            Word,
            expected,
            Cell,
            member.Participant.Table.Epoch,
            Deadline.After(timeout ?? Timeout.InfiniteTimeSpan),
            cancellation).AsTask();

    /// <summary>A wait on a thread of its own.</summary>
    public Task<WaitOutcome> OnThreadAsync(TestMember member, int expected, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Wait(member, expected, timeout, cancellation), TaskCreationOptions.LongRunning);

    public void Wake(TestMember member, int count) => member.Waits.Wake(Word, Cell, count);

    public void Dispose() => _mapping.Dispose();
}
