using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Numbers objects by identity, in the order in which they come. A handful is searched one by one (most payloads have no more);
/// beyond that, open addressing with linear probing over the runtime's identity hash.
/// </summary>
internal struct ReferenceTable
{
    private const int LinearLimit = 8;
    private const int LargestKept = 4096;

    private object?[]? _objects;
    private int[]? _slots; // number + 1, 0: free; twice as long at least as there are objects
    private int _count;

    public readonly int Count => _count;

    /// <summary>The number of the object, or -1 if it was new and has got one.</summary>
    public int FindOrAdd(object value)
    {
        object?[] objects = _objects ??= new object?[LinearLimit];
        if (_count < LinearLimit || _slots is null)
        {
            for (int i = 0; i < _count; i++)
            {
                if (ReferenceEquals(objects[i], value))
                {
                    return i;
                }
            }

            if (_count < LinearLimit)
            {
                objects[_count++] = value;
                return -1;
            }
        }

        return FindOrAddHashed(value);
    }

    public void Clear()
    {
        if (_count == 0)
        {
            return;
        }

        if (_count > LargestKept)
        {
            this = default;
            return;
        }

        Array.Clear(_objects!, 0, _count);
        _count = 0;
        _slots = null;
    }

    private int FindOrAddHashed(object value)
    {
        if (_slots is null || _slots.Length < (_count + 1) * 2)
        {
            Rehash();
        }

        int[] slots = _slots!;
        int mask = slots.Length - 1;
        int at = RuntimeHelpers.GetHashCode(value) & mask;
        while (slots[at] != 0)
        {
            int found = slots[at] - 1;
            if (ReferenceEquals(_objects![found], value))
            {
                return found;
            }

            at = (at + 1) & mask;
        }

        if (_count == _objects!.Length)
        {
            Array.Resize(ref _objects, _count * 2);
        }

        _objects[_count++] = value;
        slots[at] = _count;
        return -1;
    }

    private void Rehash()
    {
        int[] slots = new int[Math.Max(64, (_slots?.Length ?? 0) * 2)];
        int mask = slots.Length - 1;
        for (int i = 0; i < _count; i++)
        {
            int at = RuntimeHelpers.GetHashCode(_objects![i]) & mask;
            while (slots[at] != 0)
            {
                at = (at + 1) & mask;
            }

            slots[at] = i + 1;
        }

        _slots = slots;
    }
}
