namespace Multiprocessing.Platform;

/// <summary>What to start, and all that the new process gets: nothing that is not named here is inherited.</summary>
internal sealed class SpawnRequest
{
    /// <summary>The path of the program.</summary>
    public required string File { get; init; }

    /// <summary>The whole argument vector, the program's own name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment, as <c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>
    /// What the child gets as descriptors 0, 1, 2, 3, ... in this order; <see langword="null"/>: an empty file for 0, and for
    /// 1 and 2 the descriptor of this process with the same number.
    /// </summary>
    public required IReadOnlyList<KernelHandle?> Descriptors { get; init; }

    /// <summary>
    /// How much memory of its own the child may have, in bytes: where the system lets us, it kills the child, and nobody else, that has
    /// more. Null: any amount.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether the child leads a process group of its own, out of reach of the terminal's signals.</summary>
    public bool NewProcessGroup { get; init; }
}
