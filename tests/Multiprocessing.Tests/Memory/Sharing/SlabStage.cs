using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.Sharing;

/// <summary>Several processes of one slab, played in this one: a registry of their own, a mapping for each.</summary>
internal sealed class SlabStage : IDisposable
{
    private readonly KernelHandle _memory;

    public SlabStage(int sizeClass = 0)
    {
        CreatorId = Registry.Join(1, 1);
        Slab = OwnSlab.Create(sizeClass);
        _memory = Slab.Handle!.Duplicate();
        Slab.PrepareDeposit(new Participant(Registry.Table, CreatorId));
    }

    public ParticipantRegistry Registry { get; } = new();

    public OwnerId CreatorId { get; }

    /// <summary>As its creator has it.</summary>
    public OwnSlab Slab { get; }

    /// <summary>Another process opens the slab.</summary>
    public (ForeignSlab Slab, OwnerId Id) Join()
    {
        OwnerId id = Registry.Join(2, 2);
        return (ForeignSlab.From(Map(), Guid.NewGuid(), new Participant(Registry.Table, id))!, id);
    }

    public MemoryMapping Map() => Kernel.SharedMemory.Map(_memory, Kernel.SharedMemory.GetSize(_memory), writable: true);

    public void Dispose()
    {
        Slab.Mapping.Dispose();
        Slab.Handle!.Dispose();
        _memory.Dispose();
        Registry.Dispose();
    }
}
