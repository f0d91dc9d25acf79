namespace Multiprocessing.Platform.Linux;

/// <summary>Operations on file descriptors. All that are made here are closed by exec, so that no other child gets them.</summary>
internal static unsafe class Descriptors
{
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int GetStatusFlags = 3;
    private const int SetStatusFlags = 4;
    private const int DuplicateCloseOnExec = 1030;
    private const int CloseOnExecFlag = 1;
    private const int NonBlocking = 0x800;
    private const int OpenReadWrite = 2;
    private const int OpenCloseOnExec = 0x80000;

    // Above all numbers that a child is given, so that a copy can never be in the way of a target.
    private const int CopiesFrom = 64;

    public static bool Close(int fd) => Libc.Close(fd) == 0;

    public static bool IsOpen(int fd) => Libc.Fcntl(fd, GetFlags, 0) != -1;

    public static KernelHandle Duplicate(int fd) =>
        new(Errno.Check(Libc.Fcntl(fd, DuplicateCloseOnExec, CopiesFrom), "fcntl(F_DUPFD_CLOEXEC)"));

    public static void CloseOnExec(int fd) =>
        Errno.Check(Libc.Fcntl(fd, SetFlags, CloseOnExecFlag), "fcntl(F_SETFD)");

    public static void DoNotBlock(int fd) =>
        Errno.Check(Libc.Fcntl(fd, SetStatusFlags, Libc.Fcntl(fd, GetStatusFlags, 0) | NonBlocking), "fcntl(F_SETFL)");

    public static KernelHandle OpenNull() =>
        new(Errno.Check(Libc.Open("/dev/null", OpenReadWrite | OpenCloseOnExec, 0), "open(/dev/null)"));

    /// <summary>A pipe; the reading end does not block.</summary>
    public static (KernelHandle Read, KernelHandle Write) Pipe()
    {
        int* ends = stackalloc int[2];
        Errno.Check(Libc.Pipe2(ends, OpenCloseOnExec), "pipe2");
        DoNotBlock(ends[0]);
        return (new KernelHandle(ends[0]), new KernelHandle(ends[1]));
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>The number of bytes; 0 at the end; -1 if nothing is there yet.</returns>
    public static int Read(KernelHandle handle, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint read = Libc.Read(handle.Descriptor, pointer, buffer.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                switch (Errno.Last)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.Again:
                        return -1;
                    case int error:
                        throw Errno.Failure("read", error);
                }
            }
        }
    }
}
