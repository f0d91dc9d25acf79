using System.Runtime.InteropServices;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Ways to die that only native code has.</summary>
internal static partial class Native
{
    /// <summary>Reads address 1: a segmentation fault outside of managed code.</summary>
    [LibraryImport("libc", EntryPoint = "strlen")]
    public static partial nint StringLength(nint address);

    [LibraryImport("libc", EntryPoint = "abort")]
    public static partial void Abort();

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "pause")]
    public static partial int Pause();
}
