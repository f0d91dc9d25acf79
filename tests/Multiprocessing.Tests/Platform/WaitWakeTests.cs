using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Platform;

public sealed class WaitWakeTests
{
    [Fact]
    public unsafe void A_wait_on_another_value_returns_at_once()
    {
        int word = 1;
        Assert.True(Kernel.WaitWake.Wait(&word, expected: 0, timeoutNanoseconds: -1));
    }

    [Fact]
    public unsafe void A_wait_that_nobody_ends_times_out()
    {
        int word = 0;
        long start = Stopwatch.GetTimestamp();
        while (Kernel.WaitWake.Wait(&word, 0, 20_000_000))
        {
        }

        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(20));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sleeper_is_woken_through_another_mapping_of_the_same_memory()
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        using MemoryMapping mine = Kernel.SharedMemory.Map(memory, 4096, writable: true);
        using MemoryMapping theirs = Kernel.SharedMemory.Map(memory, 4096, writable: true);
        nint sleeping = mine.DangerousGetHandle();
        Task sleeper = Task.Factory.StartNew(() => Sleep(sleeping), TaskCreationOptions.LongRunning);
        Wake(theirs);
        await sleeper;
    }

    private static unsafe void Sleep(nint word)
    {
        while (Volatile.Read(ref *(int*)word) == 0)
        {
            Kernel.WaitWake.Wait((int*)word, 0, -1);
        }
    }

    private static unsafe void Wake(MemoryMapping mapping)
    {
        Volatile.Write(ref *(int*)mapping.Pointer, 1);
        Kernel.WaitWake.Wake((int*)mapping.Pointer, 1);
    }
}
