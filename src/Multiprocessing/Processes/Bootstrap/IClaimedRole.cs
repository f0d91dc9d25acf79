namespace Multiprocessing.Processes;

/// <summary>
/// What a process was claimed for. The claim names the type, which has a constructor without parameters; so a layer above this one
/// brings roles of its own.
/// </summary>
internal interface IClaimedRole
{
    /// <summary>
    /// Runs in a process that was started ahead, while it waits: loads and compiles what the role will need first. Must have no effect.
    /// </summary>
    /// <param name="payload">What the starter of the role gave as <see cref="StartRequest.Rehearsal"/>.</param>
    void Rehearse(ReadOnlySpan<byte> payload);

    /// <summary>Runs on the main thread of the new process. When it returns the process exits in order.</summary>
    /// <returns>The exit code; the system keeps its lowest 8 bits.</returns>
    int Run(ClaimedProcess process);
}
