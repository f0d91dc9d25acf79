namespace Multiprocessing.Pools;

/// <summary>Which random numbers a task gets: those of its item, whoever runs it and however often.</summary>
internal readonly record struct StreamSeed(long Seed, long Index)
{
    internal static StreamSeed? Of(long? seed, long index = 0) => seed is { } given ? new StreamSeed(given, index) : null;
}
