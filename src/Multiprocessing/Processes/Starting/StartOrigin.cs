namespace Multiprocessing.Processes;

/// <summary>What a process was started with.</summary>
/// <param name="Surroundings">Those of the parent, at that moment.</param>
/// <param name="Restore">Variables changed for the start only, and the values (null: none) that user code must find.</param>
internal sealed record StartOrigin(SurroundingsSnapshot Surroundings, IReadOnlyDictionary<string, string?> Restore);
