using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>
/// The orderly end of a process whose role has returned, as the end of a <c>Main</c> would be: foreground threads are waited for,
/// output is flushed, <see cref="AppDomain.ProcessExit"/> runs (there <see cref="ExitRules"/> looks after the children).
/// </summary>
internal static class ChildExit
{
    [DoesNotReturn]
    public static void Finish(int code, bool interrupted)
    {
        ForegroundThreads.WaitForOthers();
        FlushOutput();
        if (interrupted)
        {
            // Subscribed last, so that it runs after everybody else's handler.
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => Kernel.Lifetime.DieBySignal(Signal.Interrupt);
        }
        Environment.Exit(code);
    }

    /// <summary>Loads and compiles what the end needs, in a process that has time for it.</summary>
    public static void Rehearse()
    {
        _ = ForegroundThreads.Count();
        _ = IsConsoleLoaded();
        _ = Kernel.EventLoop;
    }

    /// <summary>Writers that user code put in place of the console's may hold text; a closed or broken stream is no failure.</summary>
    private static void FlushOutput()
    {
        if (!IsConsoleLoaded())
        {
            return;
        }
        Flush(static () => Console.Out);
        Flush(static () => Console.Error);
    }

    private static void Flush(Func<TextWriter> writer)
    {
        try
        {
            writer().Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads it any more, which is not this process's fault: its exit code stays what it is.
            return;
        }
    }

    /// <summary>To touch the console only in order to flush it would load it first.</summary>
    private static bool IsConsoleLoaded()
    {
        foreach (System.Reflection.Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetName().Name == "System.Console")
            {
                return true;
            }
        }
        return false;
    }
}
