namespace Multiprocessing.Platform;

/// <summary>What memory a process uses, in bytes.</summary>
/// <param name="Own">
/// What it shares with nobody, in RAM or swapped out: its heaps and stacks, but neither program files nor shared memory.
/// </param>
/// <param name="Peak">The most that it had in RAM at a time, files and shared memory included.</param>
internal readonly record struct ProcessMemory(long Own, long Peak);
