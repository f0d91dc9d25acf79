namespace Multiprocessing.Memory;

/// <summary>
/// One item: two versions, and a state word that says which one is valid. A writer writes the other one, then switches, so that a
/// writer who dies leaves the valid one as it was. Readers copy, and look again whether the state is still the same: a sequence lock (Lameter)
/// whose readers wait for nobody. docs/protocol.md, "Lists".
/// </summary>
internal readonly unsafe struct ListSlot(byte* slot, byte* data, int capacity)
{
    // The state: which version (bit 0), type (1 to 4), length (5 to 31), number of writes (32 to 63).
    private const int TypeShift = 1;
    private const ulong TypeMask = 15;
    private const int LengthShift = 5;
    private const ulong LengthMask = ListLayout.GreatestCapacity;
    private const int SequenceShift = 32;

    public int Capacity => capacity;

    private ref ulong State => ref *(ulong*)(slot + ListLayout.State);

    private ref uint Writer => ref *(uint*)(slot + ListLayout.Writer);

    public object? Read()
    {
        ulong state = Volatile.Read(ref State);
        while (true)
        {
            int length = (int)Math.Min((state >> LengthShift) & LengthMask, (ulong)capacity);
            object? value = ListItem.Read((ListItemType)((state >> TypeShift) & TypeMask), new ReadOnlySpan<byte>(VersionOf(state), length));
            Interlocked.MemoryBarrier();
            ulong now = Volatile.Read(ref State);
            if (now == state)
            {
                return value;
            }

            state = now;
        }
    }

    /// <param name="normalized">A value that has room.</param>
    /// <param name="self">The writing process.</param>
    public void Write(object? normalized, Participant self)
    {
        BeginWriting(self);
        Initialize(normalized);
        Volatile.Write(ref Writer, 0);
    }

    /// <summary>As <see cref="Write"/>, where nobody else can write.</summary>
    public void Initialize(object? normalized)
    {
        ulong state = Volatile.Read(ref State);
        ulong other = (state ^ 1) & 1;
        long length = ListItem.LengthOf(normalized);
        ListItem.Write(new Span<byte>(VersionOf(other), capacity), normalized);
        ulong next = other | ((ulong)ListItem.TypeOf(normalized) << TypeShift) | ((ulong)length << LengthShift)
            | (((state >> SequenceShift) + 1) << SequenceShift);
        Volatile.Write(ref State, next);
    }

    /// <summary>Writers of an item take turns; a dead one's turn is over. A turn is as long as it takes to copy a value.</summary>
    private void BeginWriting(Participant self)
    {
        var spin = default(SpinWait);
        while (true)
        {
            uint seen = Volatile.Read(ref Writer);
            if (!self.Table.IsAlive(new OwnerId(seen)) && Interlocked.CompareExchange(ref Writer, self.Id.Value, seen) == seen)
            {
                return;
            }

            spin.SpinOnce();
        }
    }

    private byte* VersionOf(ulong state) => data + ((long)(state & 1) * ListLayout.Footprint(capacity));
}
