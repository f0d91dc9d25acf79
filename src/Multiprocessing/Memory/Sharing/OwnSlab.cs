using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// A slab that this process has made: the only one that gives out its blocks. Which of them are in use is known here and nowhere else,
/// so there is nothing to recover when the process dies: the blocks that others hold stay, and no new one is given out.
/// </summary>
internal sealed unsafe class OwnSlab : Slab
{
    private readonly Stack<int> _free = new();
    private readonly List<int> _away = [];
    private HoldTable? _holds;
    private int _fresh;

    private OwnSlab(MemoryMapping mapping, KernelHandle handle, int sizeClass)
        : base(mapping, handle, Guid.Empty, SizeClasses.SizeOf(sizeClass), SizeClasses.BlocksOf(sizeClass)) => SizeClass = sizeClass;

    public int SizeClass { get; }

    /// <summary>For the heap: whether it is in the list of those with room.</summary>
    public bool IsListed { get; set; }

    public bool HasRoom => _free.Count > 0 || _fresh < Blocks;

    /// <summary>Whether nobody uses a block, here or elsewhere.</summary>
    public bool IsEmpty => _free.Count == _fresh;

    public static OwnSlab Create(int sizeClass)
    {
        int blockSize = SizeClasses.SizeOf(sizeClass);
        int blocks = SizeClasses.BlocksOf(sizeClass);
        long size = SizeFor(blockSize, blocks);
        KernelHandle memory = Kernel.SharedMemory.Create(size, "mp-slab");
        try
        {
            MemoryMapping mapping = Kernel.SharedMemory.Map(memory, size, writable: true);
            byte* header = mapping.Pointer;
            *(uint*)(header + SlabLayout.MagicOffset) = SlabLayout.Magic;
            *(int*)(header + SlabLayout.BlockSize) = blockSize;
            *(int*)(header + SlabLayout.Blocks) = blocks;
            return new OwnSlab(mapping, memory, sizeClass);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public override void PrepareDeposit() => PrepareDeposit(ProcessTree.Participant);

    /// <summary>From now on others can hold blocks: who they are says the hold table.</summary>
    public void PrepareDeposit(Participant self)
    {
        *(uint*)(Base + SlabLayout.Creator) = self.Id.Value;
        _holds = new HoldTable(Base, self.Table);
    }

    /// <summary>A block, all zero, open once.</summary>
    public int Allocate(SharedKind kind, long length)
    {
        if (_free.TryPop(out int index))
        {
            new Span<byte>(PointerTo(index), BlockSize).Clear();
        }
        else
        {
            index = _fresh++;
        }

        EntryWord(index, SlabLayout.EntryKind) = (uint)kind;
        EntryWord(index, SlabLayout.EntryLength) = (uint)length;
        AddOpen(index);
        return index;
    }

    /// <summary>Looks again at the blocks that were in use elsewhere when this process had done with them.</summary>
    public void Sweep()
    {
        for (int i = _away.Count - 1; i >= 0; i--)
        {
            if (TryFree(_away[i]))
            {
                _away[i] = _away[^1];
                _away.RemoveAt(_away.Count - 1);
            }
        }
    }

    protected override bool TryHold(int index, uint generation)
    {
        // It comes back: then others have it, and it is among those that are away.
        return GenerationOf(index) == generation && _away.Remove(index);
    }

    protected override void LetGo(int index)
    {
        if (!TryFree(index))
        {
            _away.Add(index);
        }
    }

    protected override void Unmap() => Mapping.Dispose();

    /// <summary>
    /// Makes a block free unless another process uses it. One that begins to use it just now either sees that it is being freed, and
    /// waits, or is seen here.
    /// </summary>
    private bool TryFree(int index)
    {
        ref uint state = ref EntryWord(index, SlabLayout.EntryState);
        uint seen = Volatile.Read(ref state);
        if (_holds is not { } holds)
        {
            // Nobody else has ever known of this segment.
            _free.Push(index);
            return true;
        }

        if (IsHeld(holds, index, seen) || Interlocked.CompareExchange(ref state, seen | SlabLayout.Freeing, seen) != seen)
        {
            return false;
        }

        uint next = (seen + 1) & SlabLayout.Generation;
        if (!IsHeld(holds, index, seen) && Interlocked.CompareExchange(ref state, next, seen | SlabLayout.Freeing) == (seen | SlabLayout.Freeing))
        {
            _free.Push(index);
            return true;
        }

        Interlocked.And(ref state, ~SlabLayout.Freeing);
        return false;
    }

    private bool IsHeld(in HoldTable holds, int index, uint state) =>
        (state & SlabLayout.Pinned) != 0 || Volatile.Read(ref EntryWord(index, SlabLayout.EntryTransit)) != 0 || holds.IsHeld(index);
}
