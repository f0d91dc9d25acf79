using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Processes;

/// <summary>
/// The first steps of a new process, on its main thread and before the program's <c>Main</c>: tie its life to its parent's, say
/// hello, wait for the claim, become what the claim says, run the role, exit. Everything here is on the way of every cold start.
/// </summary>
internal static class ChildBootstrap
{
    [DoesNotReturn]
    public static void Run(string guardText)
    {
        int code;
        bool interrupted;
        ControlSocket? control = null;
        try
        {
            WorkerGuard guard = WorkerGuard.Parse(guardText);
            WorkerGuard.MarkClaimed();
            NativeEnvironment.Set(WorkerGuard.Variable, null);
            if (!Kernel.Lifetime.DieWithParent(guard.ParentId))
            {
                Kernel.Lifetime.ExitNow(WorkerGuard.FailedStartCode);
            }
            control = Kernel.ControlSockets.Adopt(new KernelHandle(guard.Descriptor));
            ClaimedProcess process = ClaimReceiver.Await(control, guard);
            process.WatchParent();
            code = process.CreateRole().Run(process);
            interrupted = process.EndsByInterrupt;
        }
        catch (Exception e)
        {
            // Nothing of the user's runs at this level: what gets here is a broken start, and the parent gets to know why.
            if (control is not null)
            {
                ClaimReceiver.Refuse(control, e.ToString());
            }
            Fail(e.ToString());
            throw;
        }
        ChildExit.Finish(code, interrupted);
    }

    /// <summary>Ends this process with one line on the standard error stream, without running anything else.</summary>
    [DoesNotReturn]
    public static void Fail(string reason)
    {
        Kernel.Lifetime.WriteError($"Multiprocessing: {reason}{Environment.NewLine}");
        Kernel.Lifetime.ExitNow(WorkerGuard.FailedStartCode);
    }
}
