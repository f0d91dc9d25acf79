namespace Multiprocessing.Pools;

/// <summary>Stands where a call has no argument or no result; never serialized.</summary>
internal readonly struct Nothing;
