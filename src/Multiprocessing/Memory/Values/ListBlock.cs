namespace Multiprocessing.Memory;

/// <summary>Makes the block of a list, and finds the slots in one.</summary>
internal static unsafe class ListBlock
{
    public static SharedBlock Allocate(IEnumerable<object?> items, int capacity, bool alone)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ListLayout.GreatestCapacity);
        object?[] values = [.. items.Select(ListItem.Normalize)];
        var capacities = new int[values.Length];
        long size = ListLayout.Slots + (values.Length * (long)ListLayout.SlotSize);
        for (int i = 0; i < values.Length; i++)
        {
            long length = ListItem.LengthOf(values[i]);
            if (length > ListLayout.GreatestCapacity)
            {
                throw new ArgumentException($"Item {i} has {length} bytes; an item has at most {ListLayout.GreatestCapacity}.", nameof(items));
            }

            capacities[i] = Math.Max(ListLayout.LeastCapacity, Math.Max((int)length, capacity));
            size += 2 * ListLayout.Footprint(capacities[i]);
        }

        SharedBlock block = SharedBlock.Allocate(SharedKind.List, size, alone);
        *(int*)(block.Pointer + ListLayout.Count) = values.Length;
        long offset = ListLayout.Slots + (values.Length * (long)ListLayout.SlotSize);
        for (int i = 0; i < values.Length; i++)
        {
            byte* slot = SlotAt(block, i);
            *(int*)(slot + ListLayout.Capacity) = capacities[i];
            *(long*)(slot + ListLayout.Offset) = offset;
            new ListSlot(slot, block.Pointer + offset, capacities[i]).Initialize(values[i]);
            offset += 2 * ListLayout.Footprint(capacities[i]);
        }

        return block;
    }

    /// <summary>The slots of a block that may come from elsewhere, read once: nothing written there later leads outside of it.</summary>
    /// <exception cref="InvalidDataException">They reach outside of it now.</exception>
    public static ListSlot[] SlotsOf(SharedBlock block)
    {
        long count = *(int*)(block.Pointer + ListLayout.Count);
        if (count < 0 || ListLayout.Slots + (count * ListLayout.SlotSize) > block.Length)
        {
            throw Overwritten(block);
        }

        var slots = new ListSlot[count];
        for (int i = 0; i < slots.Length; i++)
        {
            byte* slot = SlotAt(block, i);
            int capacity = *(int*)(slot + ListLayout.Capacity);
            long offset = *(long*)(slot + ListLayout.Offset);
            if (capacity < ListLayout.LeastCapacity || offset < 0 || offset > block.Length - (2 * ListLayout.Footprint(capacity)))
            {
                throw Overwritten(block);
            }

            slots[i] = new ListSlot(slot, block.Pointer + offset, capacity);
        }

        return slots;
    }

    private static byte* SlotAt(SharedBlock block, int index) => block.Pointer + ListLayout.Slots + (index * (long)ListLayout.SlotSize);

    private static InvalidDataException Overwritten(SharedBlock block)
    {
        block.Dispose();
        return new InvalidDataException("The shared list was overwritten by something else.");
    }
}
