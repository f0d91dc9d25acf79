using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Conformance.Memory;

public sealed class NamedMemoryOfThreadsTests() : NamedMemoryContract(OtherSide.Threads);

public sealed class NamedMemoryOfSpawnedProcessesTests() : NamedMemoryContract(OtherSide.Spawned);

public sealed class NamedMemoryOfStandbyProcessesTests() : NamedMemoryContract(OtherSide.Standby);

public abstract class NamedMemoryContract(OtherSide side) : SharedContract(side)
{
    private static readonly string[] Names =
        ["a:b", "a:b:c", "::::", "two\nlines", "\nline", "line:\n:and\n", "/path/of/a/file", "..", "with\0nul", " blank ", "名字"];

    [Fact]
    public async Task Any_characters_name_one_memory_until_it_is_gone()
    {
        foreach (string name in Names)
        {
            await NamesOneMemoryAsync(name);
        }
    }

    private async Task NamesOneMemoryAsync(string name)
    {
        using (SharedMemory memory = SharedMemory.CreateNamed(name, 100))
        {
            await Others.RunAsync(
                static name =>
                {
                    using SharedMemory opened = SharedMemory.OpenNamed(name);
                    opened.Span[99] = 7;
                },
                name);
            Assert.Equal(7, memory.Span[99]);
            Assert.Throws<FileNotFoundException>(() => SharedMemory.OpenNamed(name + "x"));
        }

        await UntilAsync(() => Record.Exception(() => SharedMemory.OpenNamed(name).Dispose()) is FileNotFoundException);
        using SharedMemory again = SharedMemory.CreateNamed(name, 10);
        Assert.Equal(0, again.Span[9]);
    }
}
