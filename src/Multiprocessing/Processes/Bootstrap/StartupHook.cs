using Multiprocessing.Processes;

/// <summary>
/// Where the runtime hands a new process over to this library, before the program's own <c>Main</c>: the name and the method are
/// the runtime's contract for <c>DOTNET_STARTUP_HOOKS</c>.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1050", Justification = "The runtime looks for it outside of any namespace.")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1812", Justification = "Called by the runtime.")]
internal static class StartupHook
{
    /// <summary>Returns at once unless this process was started by the library as one of its own; then it never returns.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerGuard.Variable) is { } guard)
        {
            ChildBootstrap.Run(guard);
        }
    }
}
