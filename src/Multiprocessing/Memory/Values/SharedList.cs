using System.Collections;
using System.Diagnostics;
using Multiprocessing.Memory;

namespace Multiprocessing;

/// <summary>
/// A list of a fixed number of items that several processes see: Python's <c>multiprocessing.shared_memory.ShareableList</c>, without
/// its loss of data.
/// </summary>
/// <remarks>
/// <para>
/// An item is null, a <see cref="bool"/>, a <see cref="long"/> (smaller whole numbers become one), a <see cref="double"/>, a
/// <see cref="decimal"/>, a <see cref="string"/> or an array of bytes. Its type can change; its room in bytes is what it needed at first, or
/// what was asked for, and at least 16 (a string needs 2 for each UTF-16 unit).
/// </para>
/// <para>
/// Each item is read and written as a whole, by all threads of all processes: nobody sees half of a value, also not if its writer is killed
/// in the middle; then the value before stays. Reading never waits for a writer. Several items together are not read or written at once;
/// use a lock for that.
/// </para>
/// <para>
/// It is given to another process by passing this object, or opened there by name, and is freed when nobody uses it any more.
/// </para>
/// </remarks>
[PayloadCodec(typeof(SharedObjectCodec<SharedList>))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SharedList : SharedObject, ISharedObject<SharedList>, IReadOnlyList<object?>
{
    private readonly SharedBlock _block;
    private readonly ListSlot[] _slots;

    /// <summary>Makes a new list.</summary>
    /// <param name="items">The items at first; as many as there are, there will always be.</param>
    /// <param name="capacity">Room in bytes for each item at least, 0 to 134,217,727.</param>
    /// <exception cref="ArgumentException">An item is of a type that is not supported, or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of range.</exception>
    /// <exception cref="OverflowException">A whole number has more than 64 bits.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    public SharedList(IEnumerable<object?> items, int capacity = 0)
        : this(ListBlock.Allocate(items, capacity, alone: false), null)
    {
    }

    private SharedList(SharedBlock block, string? name)
    {
        _block = block;
        _slots = ListBlock.SlotsOf(block);
        Name = name;
    }

    /// <summary>The number of items.</summary>
    public int Count => _slots.Length;

    /// <summary>The name by which processes of this tree open the list; <see langword="null"/>: none.</summary>
    public string? Name { get; }

    internal override SharedBlock Block => _block;

    static SharedKind ISharedObject<SharedList>.Kind => SharedKind.List;

    /// <summary>An item; an array of bytes is a copy.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>; <c>list[^1]</c> is the last one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <exception cref="ArgumentException">The new value is of a type that is not supported, or longer than the item has room for.</exception>
    /// <exception cref="OverflowException">The new value is a whole number of more than 64 bits.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public object? this[int index]
    {
        get
        {
            object? value = SlotAt(index).Read();
            GC.KeepAlive(this);
            return value;
        }

        set
        {
            ListSlot slot = SlotAt(index);
            object? normalized = ListItem.Normalize(value);
            long length = ListItem.LengthOf(normalized);
            if (length > slot.Capacity)
            {
                throw new ArgumentException($"Item {index} has room for {slot.Capacity} bytes; the value needs {length}.", nameof(value));
            }

            slot.Write(normalized, ProcessTree.Participant);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Makes a new list that other processes of this tree open by its name.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8. The name is free again when nobody uses the list any more.</param>
    /// <param name="items">The items at first.</param>
    /// <param name="capacity">Room in bytes for each item at least, 0 to 134,217,727.</param>
    /// <exception cref="ArgumentException">The name is empty or too long; or an item is of a type that is not supported, or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of range.</exception>
    /// <exception cref="OverflowException">A whole number has more than 64 bits.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    /// <exception cref="IOException">The name is taken.</exception>
    public static SharedList CreateNamed(string name, IEnumerable<object?> items, int capacity = 0)
    {
        HandOverName.Check(name);
        return new SharedList(NamedBlocks.Publish(ListBlock.Allocate(items, capacity, alone: true), name), name);
    }

    /// <summary>Opens a list that a process of this tree has made by <see cref="CreateNamed"/>.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="FileNotFoundException">There is no such name, or nobody uses its list any more.</exception>
    /// <exception cref="InvalidOperationException">The name is that of another kind of object.</exception>
    public static SharedList OpenNamed(string name) => new(NamedBlocks.Open(HandOverName.Check(name), SharedKind.List), name);

    static SharedList ISharedObject<SharedList>.Attach(SharedBlock block) => new(block, null);

    /// <summary>The room of an item in bytes.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public int GetCapacity(int index) => SlotAt(index).Capacity;

    /// <summary>Where a value stands first. Values are equal if their types (as kept) and they themselves are.</summary>
    /// <param name="value">The value.</param>
    /// <returns>-1 if it is not there.</returns>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public int IndexOf(object? value)
    {
        object? normalized = ListItem.Normalize(value);
        for (int i = 0; i < Count; i++)
        {
            if (ListItem.AreEqual(this[i], normalized))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a value is among the items; see <see cref="IndexOf"/>.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public bool Contains(object? value) => IndexOf(value) >= 0;

    /// <summary>Goes over the items as they are at that moment; they may change meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public IEnumerator<object?> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Number of items and state, for people.</summary>
    public override string ToString() =>
        $"SharedList of {Count}{(Name is null ? "" : $" '{Name}'")}{(IsDisposed ? ", disposed" : "")}";

    private protected override void OnDisposed() => _block.Evacuate();

    private ListSlot SlotAt(int index)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _slots.Length);
        return _slots[index];
    }
}
