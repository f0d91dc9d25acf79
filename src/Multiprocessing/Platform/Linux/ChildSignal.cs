namespace Multiprocessing.Platform.Linux;

/// <summary>A process that ignores SIGCHLD has its children reaped by the kernel, and their exit codes lost.</summary>
internal static unsafe class ChildSignal
{
    private const nint Default = 0;
    private const nint Ignore = 1;

    /// <summary>Puts the default back if this process was started with SIGCHLD ignored, and says so.</summary>
    public static void EnsureExitCodesAreKept()
    {
        byte* action = stackalloc byte[256];
        Errno.Check(Libc.SignalAction(Signal.Child, null, action), "sigaction");
        if (*(nint*)action == Ignore)
        {
            Libc.SetSignalHandler(Signal.Child, Default);
            MultiprocessingLog.ChildSignalWasIgnored();
        }
    }
}
