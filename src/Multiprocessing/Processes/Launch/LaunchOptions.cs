namespace Multiprocessing.Processes;

/// <summary>What the runtime of a new process must know when it starts. Processes started with equal options are interchangeable.</summary>
internal sealed record LaunchOptions
{
    public static LaunchOptions Default { get; } = new();

    /// <summary>
    /// True to let debuggers, profilers and tracing tools attach. Off by default: the runtime's three files in the temporary folder
    /// stay for ever when a process is killed.
    /// </summary>
    public bool Diagnostics { get; init; }

    /// <summary>Server or workstation garbage collection; null: as the program is configured.</summary>
    public bool? ServerGarbageCollection { get; init; }

    /// <summary>Background collections, which cost a thread; null: as the program is configured.</summary>
    public bool? ConcurrentGarbageCollection { get; init; }

    /// <summary>The largest managed heap in bytes; null: as the program is configured.</summary>
    public long? HeapHardLimit { get; init; }

    /// <summary>See <see cref="Platform.SpawnRequest.MemoryLimit"/>.</summary>
    public long? MemoryLimit { get; init; }
}
