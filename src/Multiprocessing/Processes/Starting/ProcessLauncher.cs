using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>Starts new processes that are nobody yet.</summary>
internal static class ProcessLauncher
{
    /// <exception cref="PlatformNotSupportedException">A process of this program could not be taken over.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refused to start a process.</exception>
    public static StartedProcess Launch(LaunchOptions options, SurroundingsSnapshot surroundings)
    {
        LaunchCommand command = LaunchCommand.ForCurrentProcess();
        int depth = ProcessIdentity.Depth + 1;
        if (depth > WorkerGuard.DeepestLevel)
        {
            throw new InvalidOperationException($"Processes that start processes are nested more than {WorkerGuard.DeepestLevel} deep.");
        }
        var environment = LaunchEnvironment.Create(
            new Dictionary<string, string>(surroundings.Environment, StringComparer.Ordinal), command, options, changes: null);
        var guard = new WorkerGuard(
            ControlProtocol.Version, depth, Environment.ProcessId, ProcessIdentity.StartTime, ControlProtocol.ChildDescriptor);
        environment.ChangeForStart(WorkerGuard.Variable, guard.ToString());

        (ControlSocket control, KernelHandle theirs) = Kernel.ControlSockets.CreatePair();
        var output = new StartOutput();
        try
        {
            using (theirs)
            {
                ProcessHandle handle = Kernel.Spawner.Spawn(new SpawnRequest
                {
                    File = command.File,
                    Arguments = command.Arguments,
                    Environment = environment.ToBlock(),
                    Descriptors = [null, output.File, output.File, theirs],
                    NewProcessGroup = true,
                    MemoryLimit = options.MemoryLimit,
                });
                return new StartedProcess(
                    handle, control, output, new StartOrigin(surroundings, environment.Restore), MultiprocessingContext.StartTimeout);
            }
        }
        catch
        {
            output.Dispose();
            control.Dispose();
            throw;
        }
    }
}
