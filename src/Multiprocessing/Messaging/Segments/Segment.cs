using System.Numerics;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Segments;

/// <summary>
/// A block of shared memory for payloads too large for a ring. Its maker writes it again and again, so that its pages are touched
/// once; whoever it is handed to can only read it, and so cannot reach what is written there for somebody else later.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    private const long Smallest = 256 * 1024;
    private readonly MemoryMapping _mapping;

    public Segment(int id, long atLeast)
    {
        Id = id;
        Size = Math.Max(Smallest, (long)BitOperations.RoundUpToPowerOf2((ulong)atLeast));
        Memory = Kernel.SharedMemory.Create(Size, "mp-segment");
        _mapping = Kernel.SharedMemory.Map(Memory, Size, writable: true);
        Kernel.SharedMemory.ForbidFutureWriters(Memory);
    }

    /// <summary>Its number among the segments of its maker.</summary>
    public int Id { get; }

    /// <summary>In bytes.</summary>
    public long Size { get; }

    public KernelHandle Memory { get; }

    public Span<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_mapping.IsClosed, this);
        return new Span<byte>(_mapping.Pointer + offset, length);
    }

    public void Dispose()
    {
        _mapping.Dispose();
        Memory.Dispose();
    }
}
