using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>Numbers of the system calls that old C libraries have no function for (asm/unistd.h).</summary>
internal static class SystemCallNumbers
{
    public static readonly nint Futex = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;
    public static readonly nint WaitId = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 247 : 95;

    // Alike on every architecture: numbered after the tables were unified.
    public const nint PidfdOpen = 434;
    public const nint PidfdSendSignal = 424;
}
