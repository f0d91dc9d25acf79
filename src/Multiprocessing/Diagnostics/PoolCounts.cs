using System.Runtime.InteropServices;

namespace Multiprocessing.Diagnostics;

/// <summary>What pools have and have done; those of one name together.</summary>
internal sealed class PoolCounts
{
    /// <summary>Now, by state.</summary>
    internal Dictionary<string, long> Workers { get; } = [];

    /// <summary>Now, by state.</summary>
    internal Dictionary<string, long> Tasks { get; } = [];

    /// <summary>By outcome.</summary>
    internal Dictionary<string, long> Ended { get; } = [];

    /// <summary>By reason.</summary>
    internal Dictionary<string, long> Deaths { get; } = [];

    internal long Retried { get; set; }

    internal long Recycled { get; set; }

    internal static void Add(Dictionary<string, long> counts, string key, long count) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count;

    internal void Add(PoolCounts other)
    {
        Add(Workers, other.Workers);
        Add(Tasks, other.Tasks);
        Add(Ended, other.Ended);
        Add(Deaths, other.Deaths);
        Retried += other.Retried;
        Recycled += other.Recycled;
    }

    private static void Add(Dictionary<string, long> counts, Dictionary<string, long> others)
    {
        foreach (var (key, count) in others)
        {
            Add(counts, key, count);
        }
    }
}
