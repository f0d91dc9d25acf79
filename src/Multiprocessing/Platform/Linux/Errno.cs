using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>The kernel's error numbers that are acted upon, and how all others become exceptions.</summary>
internal static class Errno
{
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int NoSuchDevice = 6;
    public const int NoChild = 10;
    public const int Again = 11;
    public const int InvalidArgument = 22;
    public const int BrokenPipe = 32;
    public const int NotImplemented = 38;
    public const int ConnectionReset = 104;
    public const int TimedOut = 110;

    public static int Last => Marshal.GetLastPInvokeError();

    public static Win32Exception Failure(string what) => Failure(what, Last);

    public static Win32Exception Failure(string what, int error) =>
        new(error, $"{what} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");

    /// <summary>Throws if a call returned -1.</summary>
    public static int Check(int result, string what) => result == -1 ? throw Failure(what) : result;
}
