using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The memory of one shared object as this process sees it. Valid while this object is reachable: it is unmapped, or given to another
/// object, only after the garbage collector found that no code can use it any more, so a thread that is inside while another one
/// disposes of the object harms nobody.
/// </summary>
internal sealed unsafe class SharedBlock : IDisposable
{
    private readonly SharedSegment _segment;
    private readonly int _index;
    private readonly uint _generation;
    private int _isClosed;

    private SharedBlock(SharedSegment segment, int index, uint generation)
    {
        _segment = segment;
        _index = index;
        _generation = generation;
        Pointer = segment.PointerTo(index);
        Length = segment.LengthOf(index);
        Kind = segment.KindOf(index);
    }

    ~SharedBlock() => Close(atOnce: false);

    public SharedKind Kind { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte, aligned to 64.</summary>
    public byte* Pointer { get; }

    /// <summary>A new block, all zero.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="length">In bytes, positive.</param>
    /// <param name="alone">
    /// In memory of its own, whatever its size: then it can be given back at once (<see cref="Evacuate"/>), be named, and be mapped again.
    /// </param>
    public static SharedBlock Allocate(SharedKind kind, long length, bool alone = false)
    {
        (SharedSegment segment, int index) = SharedHeap.Allocate(kind, length, alone);
        return new SharedBlock(segment, index, segment is Slab slab ? slab.GenerationOf(index) : 0);
    }

    /// <summary>Opens the block that a payload refers to.</summary>
    /// <param name="reader">At the reference.</param>
    /// <param name="kind">What it must be.</param>
    /// <exception cref="PayloadException">It is something else, or gone.</exception>
    public static SharedBlock ReadReference(ref PayloadReader reader, SharedKind kind)
    {
        var reference = BlockReference.Read(reader.Take(BlockReference.Size));
        SharedBlock block = TryOpen(reference) ?? throw new PayloadException(
            $"The shared memory of a {reference.Kind} is gone: nobody holds it any more, or its process tree has ended.");
        if (block.Kind == kind)
        {
            return block;
        }

        SharedKind found = block.Kind;
        block.Dispose();
        throw new PayloadException($"Shared memory holds a {found} where a {kind} is expected.");
    }

    /// <summary>Opens a block. May ask the root.</summary>
    /// <returns>Null if it is gone.</returns>
    public static SharedBlock? TryOpen(BlockReference reference) =>
        SharedHeap.Open(reference) is { } segment ? new SharedBlock(segment, reference.Index, reference.Generation) : null;

    /// <summary>Writes how the reader of the payload finds this block, and makes the payload hold it.</summary>
    public void WriteReference(PayloadWriter writer)
    {
        SharedBlock held = Duplicate();
        writer.Hold(held);
        held.ToReference().Write(writer.Append(BlockReference.Size));
    }

    /// <summary>
    /// Counts a reference in, or out, that lies in a container such as a queue, and not with a process: the block is not used again while
    /// there are any. The segment must be parked in the container as well (docs/protocol.md, "Hand-over").
    /// </summary>
    public void AddTransit(int count)
    {
        _segment.AddTransit(_index, count);
        GC.KeepAlive(this);
    }

    /// <summary>How others find this block. May ask the root.</summary>
    public BlockReference ToReference() => new(SharedHeap.TokenOf(_segment), _index, _generation, Kind);

    /// <summary>A second object for the same block, with a life of its own.</summary>
    public SharedBlock Duplicate()
    {
        ObjectDisposedException.ThrowIf(!SharedHeap.OpenAgain(_segment, _index, _generation), this);
        var copy = new SharedBlock(_segment, _index, _generation);
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>
    /// For memory of its own: gives it back at once, if this is the last use of it in this process; whoever is inside finds zeros. Does
    /// nothing for a block that has neighbours: that is free when nobody can be inside any more.
    /// </summary>
    public void Evacuate()
    {
        if (_index == BlockReference.Alone)
        {
            Close(atOnce: true);
        }
    }

    /// <summary>For memory of its own: maps it once more, so that nobody can write by the new mapping. May ask the root.</summary>
    public MemoryMapping MapReadOnly()
    {
        MemoryMapping mapping = SharedHeap.MapReadOnly(_segment);
        GC.KeepAlive(this);
        return mapping;
    }

    /// <summary>For whoever has handed out no pointer. Others wait for the garbage collector.</summary>
    public void Dispose()
    {
        Close(atOnce: false);
        GC.SuppressFinalize(this);
    }

    private void Close(bool atOnce)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            SharedHeap.Close(_segment, _index, atOnce);
        }
    }
}
