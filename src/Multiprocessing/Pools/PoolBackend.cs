namespace Multiprocessing;

/// <summary>Where the workers of a <see cref="ProcessPool"/> live.</summary>
public enum PoolBackend
{
    /// <summary>Every worker is a process of its own. The default.</summary>
    Processes = 0,

    /// <summary>
    /// For debugging: every worker is a thread of this process. Serialization, order and errors are the same, so a breakpoint inside a
    /// task is hit in this process. What only a process allows fails instead: a worker cannot be killed, so work that must be stopped
    /// and takes no notice of its <see cref="CancellationToken"/> is abandoned: its call ends as if the worker had been killed, the
    /// thread goes on until the work returns by itself, and a fresh worker takes its place. Work that ends the process ends this one.
    /// </summary>
    InProcess = 1,
}
