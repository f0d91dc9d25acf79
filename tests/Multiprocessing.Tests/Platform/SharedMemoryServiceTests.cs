using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Platform;

public sealed unsafe class SharedMemoryServiceTests
{
    [Fact]
    public void Two_mappings_of_one_memory_show_the_same_bytes()
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(8192, "mp-test");
        using MemoryMapping a = Kernel.SharedMemory.Map(memory, 8192, writable: true);
        using MemoryMapping b = Kernel.SharedMemory.Map(memory, 8192, writable: false);
        a.Pointer[5000] = 42;
        Assert.Equal(42, b.Pointer[5000]);
        Assert.Equal(8192, Kernel.SharedMemory.GetSize(memory));
    }

    [Fact]
    public void Memory_closed_to_writers_can_still_be_read_and_written_by_the_first()
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        using MemoryMapping first = Kernel.SharedMemory.Map(memory, 4096, writable: true);
        Kernel.SharedMemory.ForbidFutureWriters(memory);
        Assert.Throws<System.ComponentModel.Win32Exception>(() => Kernel.SharedMemory.Map(memory, 4096, writable: true));
        using MemoryMapping reader = Kernel.SharedMemory.Map(memory, 4096, writable: false);
        first.Pointer[1] = 7;
        Assert.Equal(7, reader.Pointer[1]);
    }

    [Fact]
    public void A_size_that_is_not_positive_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernel.SharedMemory.Create(0, "mp-test"));
}
