using System.ComponentModel;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>A segment of one block. Who holds it knows the root; there is nothing to know inside of it.</summary>
internal sealed unsafe class LoneSegment : SharedSegment
{
    private readonly bool _pressesCollector;

    private LoneSegment(MemoryMapping mapping, KernelHandle? handle, Guid token, bool pressesCollector)
        : base(mapping, handle, token)
    {
        _pressesCollector = pressesCollector;
        if (pressesCollector)
        {
            // What is behind a few bytes of managed memory can be gigabytes: the collector should look sooner.
            GC.AddMemoryPressure(mapping.Length);
        }
    }

    public static LoneSegment Create(SharedKind kind, long length)
    {
        if (length > long.MaxValue - (1 << 16))
        {
            throw new InsufficientMemoryException($"There are no {length:N0} bytes of memory.");
        }

        long size = LoneLayout.Data + length;
        KernelHandle? memory = null;
        try
        {
            memory = Kernel.SharedMemory.Create(size, "mp-shared");
            MemoryMapping mapping = Kernel.SharedMemory.Map(memory, size, writable: true);
            byte* header = mapping.Pointer;
            *(uint*)(header + LoneLayout.MagicOffset) = LoneLayout.Magic;
            *(int*)(header + LoneLayout.Kind) = (int)kind;
            *(long*)(header + LoneLayout.Length) = length;
            return new LoneSegment(mapping, memory, Guid.Empty, pressesCollector: true) { OpenBlocks = 1 };
        }
        catch (Win32Exception refusal)
        {
            memory?.Dispose();
            throw new InsufficientMemoryException($"The system has no {length:N0} bytes of shared memory for this process: {refusal.Message}.", refusal);
        }
    }

    /// <summary>The segment in memory that came from elsewhere; null if it is none.</summary>
    public static LoneSegment? From(MemoryMapping mapping, Guid token, bool pressesCollector = true) =>
        mapping.Length > LoneLayout.Data && *(uint*)(mapping.Pointer + LoneLayout.MagicOffset) == LoneLayout.Magic
            && (ulong)(*(long*)(mapping.Pointer + LoneLayout.Length)) <= (ulong)(mapping.Length - LoneLayout.Data)
            ? new LoneSegment(mapping, null, token, pressesCollector)
            : null;

    public override byte* PointerTo(int index) => Base + LoneLayout.Data;

    public override long LengthOf(int index) => *(long*)(Base + LoneLayout.Length);

    public override SharedKind KindOf(int index) => (SharedKind)(*(int*)(Base + LoneLayout.Kind));

    public override bool TryOpen(int index, uint generation)
    {
        if (index != BlockReference.Alone)
        {
            return false;
        }

        OpenBlocks++;
        return true;
    }

    public override void Close(int index) => OpenBlocks--;

    /// <summary>
    /// The addresses go when no object of this segment is reachable any more: a thread that is inside of one that was disposed of, or has
    /// a span of it, finds zeros.
    /// </summary>
    protected override void Unmap()
    {
        Kernel.SharedMemory.Evacuate(Mapping);
        if (_pressesCollector)
        {
            GC.RemoveMemoryPressure(Mapping.Length);
        }
    }
}
