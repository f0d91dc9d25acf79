namespace Multiprocessing;

/// <summary>How a new process comes to be.</summary>
public enum StartMethod
{
    /// <summary>
    /// A process that was started ahead and waited, so that nobody waits for a runtime to start (Python's <c>forkserver</c> in
    /// purpose). It finds the environment variables, working directory, cultures, niceness and processor affinity that its parent
    /// has at <c>Start</c>. Variables that the runtime reads when it starts (<c>DOTNET_…</c> and the like) select among sets of
    /// such processes. The default.
    /// </summary>
    Standby = 0,

    /// <summary>A process that is started when it is asked for: tens of milliseconds later than <see cref="Standby"/>.</summary>
    Spawn = 1,

    /// <summary>
    /// Not available: the .NET runtime does not survive a fork. Using it throws <see cref="PlatformNotSupportedException"/>; use
    /// <see cref="Standby"/>, which is as fast to start, and pass what the child needs as captured variables or arguments.
    /// </summary>
    Fork = 2,
}
