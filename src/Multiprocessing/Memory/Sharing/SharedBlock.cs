using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The memory of one shared object as this process sees it. Valid while this object is reachable: it is unmapped, or given to another
/// object, only after the garbage collector found that no code can use it any more, so a thread that is inside while another one
/// disposes of the object harms nobody.
/// </summary>
internal sealed unsafe class SharedBlock
{
    private readonly MemoryMapping _mapping;

    private SharedBlock(MemoryMapping mapping, SharedKind kind, long length)
    {
        _mapping = mapping;
        Kind = kind;
        Length = length;
    }

    public SharedKind Kind { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte, aligned to 64.</summary>
    public byte* Pointer => _mapping.Pointer;

    /// <summary>A new block, all zero.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="length">In bytes, positive.</param>
    public static SharedBlock Allocate(SharedKind kind, long length)
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(length, "mp-shared");
        return new SharedBlock(Kernel.SharedMemory.Map(memory, length, writable: true), kind, length);
    }

    /// <summary>Writes how the reader of the payload finds this block.</summary>
    public void WriteReference(PayloadWriter writer) => throw new NotSupportedException(Kind.ToString());

    /// <summary>Opens the block that a payload refers to.</summary>
    /// <param name="reader">At the reference.</param>
    /// <param name="kind">What it must be.</param>
    /// <exception cref="PayloadException">It is something else, or gone.</exception>
    public static SharedBlock ReadReference(ref PayloadReader reader, SharedKind kind) => throw new NotSupportedException(kind.ToString());
}
