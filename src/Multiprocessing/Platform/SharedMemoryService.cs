namespace Multiprocessing.Platform;

/// <summary>Anonymous shared memory: whoever holds its handle can map it; it is gone with the last handle and mapping.</summary>
internal abstract class SharedMemoryService
{
    /// <summary>Creates zero-filled memory of a fixed size that no holder can shrink or grow.</summary>
    /// <param name="size">In bytes, positive.</param>
    /// <param name="label">A name for diagnostics only; it identifies nothing.</param>
    public abstract KernelHandle Create(long size, string label);

    /// <summary>Lets existing mappings write, but every later one only read.</summary>
    public abstract void ForbidFutureWriters(KernelHandle memory);

    /// <summary>The size in bytes.</summary>
    public abstract long GetSize(KernelHandle memory);

    /// <summary>Maps the first <paramref name="length"/> bytes into this process.</summary>
    public abstract MemoryMapping Map(KernelHandle memory, long length, bool writable);

    /// <summary>
    /// Gives up the shared memory under a mapping but not its addresses: whoever still uses them finds zeros, and what is written there
    /// goes nowhere. The addresses are free when the mapping is disposed or forgotten.
    /// </summary>
    public abstract void Evacuate(MemoryMapping mapping);
}
