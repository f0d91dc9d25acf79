namespace Multiprocessing.Platform.Linux;

/// <summary>Anonymous shared memory by memfd_create(2): no name in any file system, so nothing to unlink and nothing to leak.</summary>
internal sealed class MemoryFiles : SharedMemoryService
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int SealShrink = 2;
    private const int SealGrow = 4;
    private const int SealFutureWrite = 16;
    private const int SeekEnd = 2;
    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int MapShared = 1;
    private const int MapPrivate = 2;
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;

    public override KernelHandle Create(long size, string label)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var memory = new KernelHandle(Errno.Check(Libc.MemfdCreate(label, CloseOnExec | AllowSealing), "memfd_create"));
        try
        {
            Errno.Check(Libc.FTruncate(memory.Descriptor, size), "ftruncate");

            // A holder that could shrink it would make every other one die by SIGBUS.
            Errno.Check(Libc.Fcntl(memory.Descriptor, AddSeals, SealShrink | SealGrow), "fcntl(F_ADD_SEALS)");
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public override void ForbidFutureWriters(KernelHandle memory) =>
        Errno.Check(Libc.Fcntl(memory.Descriptor, AddSeals, SealFutureWrite), "fcntl(F_ADD_SEALS)");

    public override long GetSize(KernelHandle memory)
    {
        long size = Libc.Seek(memory.Descriptor, 0, SeekEnd);
        return size >= 0 ? size : throw Errno.Failure("lseek");
    }

    public override MemoryMapping Map(KernelHandle memory, long length, bool writable)
    {
        // Before anything can be written there.
        if (writable)
        {
            LimitedProcess.AddMapping(length);
        }

        nint address = Libc.Map(
            0, checked((nint)length), writable ? ProtectRead | ProtectWrite : ProtectRead, MapShared, memory.Descriptor, 0);
        if (address != -1)
        {
            return new MemoryMapping(address, length, writable);
        }

        int error = Errno.Last;
        if (writable)
        {
            LimitedProcess.RemoveMapping(length);
        }

        throw Errno.Failure("mmap", error);
    }

    public override void Evacuate(MemoryMapping mapping)
    {
        bool added = false;
        try
        {
            mapping.DangerousAddRef(ref added);
            nint address = mapping.DangerousGetHandle();
            const int flags = MapPrivate | MapFixed | MapAnonymous | MapNoReserve;
            nint result = Libc.Map(address, (nint)mapping.Length, ProtectRead | ProtectWrite, flags, -1, 0);
            if (result == -1)
            {
                throw Errno.Failure("mmap");
            }
        }
        finally
        {
            if (added)
            {
                mapping.DangerousRelease();
            }
        }
    }

    public static bool Unmap(nint address, long length, bool writable)
    {
        if (writable)
        {
            LimitedProcess.RemoveMapping(length);
        }

        return Libc.Unmap(address, (nint)length) == 0;
    }
}
