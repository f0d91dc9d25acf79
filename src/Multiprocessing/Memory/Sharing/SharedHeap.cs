using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The shared blocks of this process: gives out new ones, opens those of others, and knows which segments are mapped now, so that an
/// object that comes a second time costs neither a question to the root nor a mapping. Thread-safe. One lock for everything: what is
/// done under it takes less than a microsecond, and nobody is asked meanwhile.
/// </summary>
internal static class SharedHeap
{
    /// <summary>Slabs of others that stay mapped although nothing in them is open, for what comes next.</summary>
    private const int MaxIdle = 16;

    private static readonly Lock Heap = new();
    private static readonly Lock Asking = new();
    private static readonly Dictionary<Guid, SharedSegment> Known = [];

    /// <summary>Reachable until it is over: the garbage collector must not unmap it in the same breath as it finalizes its last block.</summary>
    private static readonly HashSet<SharedSegment> Alone = [];
    private static readonly List<OwnSlab>[] OwnByClass = NewLists();
    private static readonly Stack<OwnSlab>[] WithRoom = NewStacks();
    private static readonly LinkedList<ForeignSlab> Idle = [];
    private static long OpenedBytesField;

    /// <summary>Whether somebody looks at <see cref="OpenedBytes"/> and calls the garbage collector in time.</summary>
    public static bool IsCollectedElsewhere { get; set; }

    /// <summary>How much memory of its own this process was handed since this was set to 0, whether it is still used or not.</summary>
    public static long OpenedBytes
    {
        get => Volatile.Read(ref OpenedBytesField);
        set => Volatile.Write(ref OpenedBytesField, value);
    }

    /// <summary>A new block, all zero and open once.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="length">In bytes, positive.</param>
    /// <param name="alone">In a segment of its own, whatever its size.</param>
    public static (SharedSegment Segment, int Index) Allocate(SharedKind kind, long length, bool alone)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (alone || length > SizeClasses.Largest)
        {
            var segment = LoneSegment.Create(kind, length);
            lock (Heap)
            {
                Alone.Add(segment);
            }

            return (segment, BlockReference.Alone);
        }

        lock (Heap)
        {
            OwnSlab slab = FindRoom(SizeClasses.Of(length));
            return (slab, slab.Allocate(kind, length));
        }
    }

    /// <summary>Opens the block once more.</summary>
    /// <returns>Null if there is no such block any more.</returns>
    public static SharedSegment? Open(BlockReference reference)
    {
        SharedSegment? segment = OpenKnown(reference, out bool isKnown);
        if (isKnown)
        {
            return segment;
        }

        lock (Asking)
        {
            segment = OpenKnown(reference, out isKnown);
            if (isKnown)
            {
                return segment;
            }

            if (OpenSegment(reference) is not { } opened)
            {
                return null;
            }

            lock (Heap)
            {
                Known.Add(opened.Token, opened);
                if (opened.TryOpen(reference.Index, reference.Generation))
                {
                    return opened;
                }

                Known.Remove(opened.Token);
            }

            opened.Destroy();
            return null;
        }
    }

    /// <summary>Opens a block once more that is open.</summary>
    /// <returns>False if it was closed meanwhile.</returns>
    public static bool OpenAgain(SharedSegment segment, int index, uint generation)
    {
        lock (Heap)
        {
            return segment.OpenBlocks > 0 && segment.TryOpen(index, generation);
        }
    }

    /// <summary>Gives back what was opened or allocated.</summary>
    /// <param name="segment">The block's segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="atOnce">
    /// Whether memory that nothing in this process uses any more goes back on this thread; otherwise on the thread pool, because a
    /// finalizer must not wait for the kernel to free pages, or for room in a socket.
    /// </param>
    public static void Close(SharedSegment segment, int index, bool atOnce)
    {
        SharedSegment? over = null;
        lock (Heap)
        {
            segment.Close(index);
            if (segment.OpenBlocks == 0 && segment is LoneSegment)
            {
                Known.Remove(segment.Token);
                Alone.Remove(segment);
                over = segment;
            }
            else if (segment is OwnSlab own)
            {
                over = OnClosed(own);
            }
            else if (segment is ForeignSlab foreign && segment.OpenBlocks == 0)
            {
                over = OnIdle(foreign);
            }
        }

        if (atOnce)
        {
            over?.Destroy();
        }
        else if (over is not null)
        {
            DestroyLater(over);
        }
    }

    /// <summary>The segment's token; the tree gets to know it, if it does not yet. May ask the root.</summary>
    /// <param name="segment">One with an open block.</param>
    public static Guid TokenOf(SharedSegment segment)
    {
        if (segment.IsDeposited)
        {
            return segment.Token;
        }

        lock (Asking)
        {
            if (!segment.IsDeposited)
            {
                segment.PrepareDeposit();
                Guid token = ProcessTree.HandOver.Deposit(segment.Handle!);
                lock (Heap)
                {
                    segment.SetToken(token);
                    Known.Add(token, segment);
                }
            }

            return segment.Token;
        }
    }

    /// <summary>Maps a segment with an open block a second time. May ask the root.</summary>
    public static MemoryMapping MapReadOnly(SharedSegment segment)
    {
        lock (Asking)
        {
            bool isDeposited = segment.IsDeposited;
            using KernelHandle memory = isDeposited
                ? ProcessTree.HandOver.Open(segment.Token, take: false, out _) ?? throw new IOException("The shared memory is gone.")
                : segment.Handle!.Duplicate();
            try
            {
                return Kernel.SharedMemory.Map(memory, segment.Mapping.Length, writable: false);
            }
            finally
            {
                if (isDeposited)
                {
                    ProcessTree.HandOver.Release(segment.Token);
                }
            }
        }
    }

    /// <summary>
    /// Gives back all segments without an open block. A slab of this process goes even if others use blocks in it: they hold it
    /// themselves.
    /// </summary>
    public static void Trim()
    {
        List<SharedSegment> over = [];
        lock (Heap)
        {
            for (int sizeClass = 0; sizeClass < SizeClasses.Count; sizeClass++)
            {
                over.AddRange(OwnByClass[sizeClass].Where(static slab => slab.OpenBlocks == 0));
                OwnByClass[sizeClass].RemoveAll(static slab => slab.OpenBlocks == 0);
                WithRoom[sizeClass].Clear();
                foreach (OwnSlab slab in OwnByClass[sizeClass])
                {
                    slab.Sweep();
                    slab.IsListed = false;
                    List(slab);
                }
            }

            over.AddRange(Idle);
            Idle.Clear();
            over.ForEach(static segment => Known.Remove(segment.Token));
        }

        over.ForEach(DestroyLater);
    }

    private static SharedSegment? OpenKnown(BlockReference reference, out bool isKnown)
    {
        lock (Heap)
        {
            isKnown = Known.TryGetValue(reference.Token, out SharedSegment? segment);
            if (!isKnown || !segment!.TryOpen(reference.Index, reference.Generation))
            {
                return null;
            }

            if (segment is ForeignSlab slab && slab.OpenBlocks == 1)
            {
                Idle.Remove(slab);
            }

            // It may be the last use of memory that was mapped long ago.
            OpenedBytesField += segment is LoneSegment ? segment.Mapping.Length : 0;

            return segment;
        }
    }

    private static SharedSegment? OpenSegment(BlockReference reference)
    {
        Participant self = ProcessTree.Participant;
        using KernelHandle? memory = ProcessTree.HandOver.Open(reference.Token, take: false, out Guid token);
        if (memory is null)
        {
            return null;
        }

        MemoryMapping? mapping = null;
        SharedSegment? segment = null;
        try
        {
            mapping = Kernel.SharedMemory.Map(memory, Kernel.SharedMemory.GetSize(memory), writable: true);
            segment = reference.Index == BlockReference.Alone
                ? LoneSegment.From(mapping, token, pressesCollector: !IsCollectedElsewhere)
                : ForeignSlab.From(mapping, token, self);
            lock (Heap)
            {
                OpenedBytesField += mapping.Length;
            }

            return segment;
        }
        finally
        {
            if (segment is null)
            {
                mapping?.Dispose();
                ProcessTree.HandOver.Release(token);
            }
        }
    }

    private static OwnSlab FindRoom(int sizeClass)
    {
        Stack<OwnSlab> withRoom = WithRoom[sizeClass];
        if (Top(withRoom) is { } slab)
        {
            return slab;
        }

        foreach (OwnSlab own in OwnByClass[sizeClass])
        {
            own.Sweep();
            List(own);
        }

        if (Top(withRoom) is { } swept)
        {
            return swept;
        }

        var created = OwnSlab.Create(sizeClass);
        OwnByClass[sizeClass].Add(created);
        List(created);
        return created;
    }

    private static OwnSlab? Top(Stack<OwnSlab> withRoom)
    {
        while (withRoom.TryPeek(out OwnSlab? slab))
        {
            if (slab.HasRoom)
            {
                return slab;
            }

            withRoom.Pop().IsListed = false;
        }

        return null;
    }

    private static void List(OwnSlab slab)
    {
        if (slab.HasRoom && !slab.IsListed)
        {
            slab.IsListed = true;
            WithRoom[slab.SizeClass].Push(slab);
        }
    }

    /// <summary>Of the empty slabs of a size one is kept.</summary>
    private static OwnSlab? OnClosed(OwnSlab slab)
    {
        List(slab);
        if (!slab.IsEmpty || OwnByClass[slab.SizeClass].Count(static own => own.IsEmpty) <= 1)
        {
            return null;
        }

        OwnByClass[slab.SizeClass].Remove(slab);
        Stack<OwnSlab> withRoom = WithRoom[slab.SizeClass];
        OwnSlab[] rest = [.. withRoom.Where(other => other != slab).Reverse()];
        withRoom.Clear();
        Array.ForEach(rest, withRoom.Push);
        Known.Remove(slab.Token);
        return slab;
    }

    private static ForeignSlab? OnIdle(ForeignSlab slab)
    {
        Idle.AddLast(slab);
        if (Idle.Count <= MaxIdle)
        {
            return null;
        }

        ForeignSlab oldest = Idle.First!.Value;
        Idle.RemoveFirst();
        Known.Remove(oldest.Token);
        return oldest;
    }

    private static void DestroyLater(SharedSegment segment) =>
        ThreadPool.UnsafeQueueUserWorkItem(static over => over.Destroy(), segment, preferLocal: false);

    // By hand: queries over numbers would be compiled at the start of every worker.
    private static List<OwnSlab>[] NewLists()
    {
        var lists = new List<OwnSlab>[SizeClasses.Count];
        for (int i = 0; i < lists.Length; i++)
        {
            lists[i] = [];
        }

        return lists;
    }

    private static Stack<OwnSlab>[] NewStacks()
    {
        var stacks = new Stack<OwnSlab>[SizeClasses.Count];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new Stack<OwnSlab>();
        }

        return stacks;
    }
}
