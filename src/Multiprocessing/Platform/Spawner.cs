namespace Multiprocessing.Platform;

/// <summary>Starts children. They begin with default signal dispositions, nothing blocked, and only the descriptors named.</summary>
internal abstract class Spawner
{
    /// <summary>Starts a child; returns when the program was loaded. Thread-safe.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refused; the message says why.</exception>
    public abstract ProcessHandle Spawn(SpawnRequest request);
}
