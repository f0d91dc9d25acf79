using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>A segment that is cut into blocks of one size, as its creator or as another process has it.</summary>
internal abstract unsafe class Slab : SharedSegment
{
    private readonly int[] _open;

    protected Slab(MemoryMapping mapping, KernelHandle? handle, Guid token, int blockSize, int blocks)
        : base(mapping, handle, token)
    {
        BlockSize = blockSize;
        Blocks = blocks;
        _open = new int[blocks];
    }

    public int BlockSize { get; }

    public int Blocks { get; }

    public static long SizeFor(int blockSize, int blocks) => SlabLayout.Data + ((long)blockSize * blocks);

    public sealed override byte* PointerTo(int index) => Base + SlabLayout.Data + ((long)index * BlockSize);

    public sealed override long LengthOf(int index) => Math.Min(EntryWord(index, SlabLayout.EntryLength), (uint)BlockSize);

    public sealed override SharedKind KindOf(int index) => (SharedKind)EntryWord(index, SlabLayout.EntryKind);

    public uint GenerationOf(int index) => Volatile.Read(ref EntryWord(index, SlabLayout.EntryState)) & SlabLayout.Generation;

    public sealed override bool TryOpen(int index, uint generation)
    {
        if ((uint)index >= (uint)Blocks || !(_open[index] > 0 ? GenerationOf(index) == generation : TryHold(index, generation)))
        {
            return false;
        }

        AddOpen(index);
        return true;
    }

    public sealed override void Close(int index)
    {
        OpenBlocks--;
        if (--_open[index] == 0)
        {
            LetGo(index);
        }
    }

    public sealed override void AddTransit(int index, int count) => Interlocked.Add(ref EntryWord(index, SlabLayout.EntryTransit), (uint)count);

    protected void AddOpen(int index)
    {
        _open[index]++;
        OpenBlocks++;
    }

    /// <summary>Makes the block stay, for the first one in this process who opens it.</summary>
    protected abstract bool TryHold(int index, uint generation);

    /// <summary>The last one in this process has closed it.</summary>
    protected abstract void LetGo(int index);

    protected ref uint EntryWord(int index, int field) =>
        ref *(uint*)(Base + SlabLayout.Entries + (index * SlabLayout.EntrySize) + field);
}
