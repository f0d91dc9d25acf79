using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>The floor of what this library runs on, checked once, at its first use.</summary>
internal static class Requirements
{
    /// <exception cref="PlatformNotSupportedException">Says what is missing.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Multiprocessing runs on Linux only for now.");
        }

        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            throw new PlatformNotSupportedException(
                $"Multiprocessing runs on x64 and Arm64 only, not on {RuntimeInformation.ProcessArchitecture}.");
        }

        if (Environment.OSVersion.Version < new Version(5, 10))
        {
            throw new PlatformNotSupportedException(
                $"Multiprocessing needs Linux 5.10 or later; this is {Environment.OSVersion.Version}.");
        }

        // Some sandboxes (seccomp filters, user-space kernels) report a new kernel and yet refuse these calls.
        nint pidfd = Libc.SystemCall(SystemCallNumbers.PidfdOpen, Environment.ProcessId, 0, 0, 0, 0, 0);
        if (pidfd == -1)
        {
            throw new PlatformNotSupportedException(
                $"Multiprocessing needs the system call pidfd_open, which this system refuses (errno {Errno.Last}).");
        }

        Libc.Close((int)pidfd);
    }
}
