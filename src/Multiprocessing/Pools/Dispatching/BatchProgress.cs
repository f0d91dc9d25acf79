namespace Multiprocessing.Pools;

/// <summary>How many items of a batch the worker has claimed, and how many of those have ended. At most one is between the two.</summary>
internal readonly record struct BatchProgress(int Begun, int Finished);
