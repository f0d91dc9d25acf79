namespace Multiprocessing.Platform.Linux;

/// <summary>Pairs of Unix sockets that keep message boundaries (SOCK_SEQPACKET); they have no name that could be left over.</summary>
internal sealed unsafe class UnixControlSockets : ControlSocketService
{
    private const int FamilyUnix = 1;
    private const int TypeSequencedPacket = 5;
    private const int CloseOnExec = 0x80000;
    private const int OpenWithoutWaiting = 0x800;

    public override (ControlSocket Mine, KernelHandle Theirs) CreatePair()
    {
        int* ends = stackalloc int[2];
        Errno.Check(Libc.SocketPair(FamilyUnix, TypeSequencedPacket | CloseOnExec, 0, ends), "socketpair");
        return (new UnixControlSocket(new KernelHandle(ends[0])), new KernelHandle(ends[1]));
    }

    public override ControlSocket Adopt(KernelHandle handle)
    {
        Descriptors.CloseOnExec(handle.Descriptor);
        return new UnixControlSocket(handle);
    }

    /// <remarks>Sockets cannot be opened, which the kernel says by an error of its own.</remarks>
    public override bool IsSocketFile(string path)
    {
        int descriptor = Libc.Open(path, OpenWithoutWaiting | CloseOnExec, 0);
        if (descriptor >= 0)
        {
            new KernelHandle(descriptor).Dispose();
            return false;
        }

        return Errno.Last == Errno.NoSuchDevice;
    }
}
