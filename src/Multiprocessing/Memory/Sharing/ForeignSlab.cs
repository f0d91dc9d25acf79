using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>A slab of another process. This one holds blocks in it by the bits of its row.</summary>
internal sealed unsafe class ForeignSlab : Slab
{
    private readonly Participant _self;
    private readonly HoldTable _holds;
    private readonly OwnerId _creator;
    private readonly int _row;

    private ForeignSlab(MemoryMapping mapping, Guid token, Participant self, int blockSize, int blocks)
        : base(mapping, null, token, blockSize, blocks)
    {
        _self = self;
        _holds = new HoldTable(Base, self.Table);
        _creator = new OwnerId(*(uint*)(Base + SlabLayout.Creator));
        _row = _holds.Claim(self.Id);
    }

    /// <summary>The slab in memory that came from elsewhere; null if it is none.</summary>
    public static ForeignSlab? From(MemoryMapping mapping, Guid token, Participant self)
    {
        byte* header = mapping.Pointer;
        if (mapping.Length < SlabLayout.Data || *(uint*)(header + SlabLayout.MagicOffset) != SlabLayout.Magic)
        {
            return null;
        }

        // Read once: what another process changes later cannot lead out of the mapping.
        int blockSize = *(int*)(header + SlabLayout.BlockSize);
        int blocks = *(int*)(header + SlabLayout.Blocks);
        return blockSize is > 0 and <= SizeClasses.Largest && blocks is > 0 and <= SlabLayout.MaxBlocks
            && SizeFor(blockSize, blocks) <= mapping.Length
            ? new ForeignSlab(mapping, token, self, blockSize, blocks)
            : null;
    }

    protected override bool TryHold(int index, uint generation)
    {
        // First show it, then look: the creator that wants to use the block again does the reverse.
        if (_row != HoldTable.NoRow)
        {
            _holds.Set(_row, index);
        }
        else
        {
            Interlocked.Or(ref EntryWord(index, SlabLayout.EntryState), SlabLayout.Pinned);
        }

        if (ReadState(index) == generation)
        {
            return true;
        }

        LetGo(index);
        return false;
    }

    protected override void LetGo(int index)
    {
        if (_row != HoldTable.NoRow)
        {
            _holds.Clear(_row, index);
        }
    }

    protected override void Unmap() => GiveUp();

    /// <summary>Gives the row back, then the mapping.</summary>
    internal void GiveUp()
    {
        if (_row != HoldTable.NoRow)
        {
            _holds.GiveBack(_row);
        }

        Mapping.Dispose();
    }

    /// <summary>
    /// The block's generation. If the creator just looks who holds the block, it is about to find out: that takes it less than a
    /// microsecond, unless it dies; a dead one uses nothing again.
    /// </summary>
    private uint ReadState(int index)
    {
        ref uint state = ref EntryWord(index, SlabLayout.EntryState);
        var spin = default(SpinWait);
        uint seen;
        while (((seen = Volatile.Read(ref state)) & SlabLayout.Freeing) != 0 && _self.Table.IsAlive(_creator))
        {
            spin.SpinOnce();
        }

        return seen & SlabLayout.Generation;
    }
}
