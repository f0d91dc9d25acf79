using System.Buffers;

namespace Multiprocessing.Memory;

/// <summary>Shared elements as <see cref="Memory{T}"/>; keeps the object that they belong to, and so its addresses, alive.</summary>
internal sealed unsafe class BlockMemoryManager<T>(SharedObject owner, T* first, int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan()
    {
        owner.ThrowIfDisposed();
        return new Span<T>(first, length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        owner.ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, length);
        return new MemoryHandle(first + elementIndex, default, this);
    }

    public override void Unpin()
    {
        // Shared memory does not move, and the handle has kept this object, until now.
        GC.KeepAlive(owner);
    }

    protected override void Dispose(bool disposing)
    {
        // The memory belongs to its object, not to a view of it.
    }
}
