namespace Multiprocessing.Processes;

/// <summary>Sets of processors: as numbers for people, as a bit mask for the kernel.</summary>
internal static class ProcessorMask
{
    /// <summary>As many as Linux can be compiled for.</summary>
    private const int Most = 8192;

    /// <summary>The numbers, each once, in rising order.</summary>
    internal static int[]? Copy(IReadOnlyCollection<int>? processors)
    {
        if (processors is null)
        {
            return null;
        }
        if (processors.Count == 0)
        {
            throw new ArgumentException("There must be a processor to run on.", nameof(processors));
        }
        foreach (var processor in processors)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(processor, nameof(processors));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(processor, Most, nameof(processors));
        }
        return [.. processors.Distinct().Order()];
    }

    internal static byte[] Of(params ReadOnlySpan<int> processors)
    {
        var mask = new byte[(processors[^1] / 8) + 1];
        foreach (var processor in processors)
        {
            mask[processor / 8] |= (byte)(1 << (processor % 8));
        }
        return mask;
    }

    internal static int[] ToNumbers(byte[] mask) =>
        [.. Enumerable.Range(0, mask.Length * 8).Where(processor => (mask[processor / 8] & (1 << (processor % 8))) != 0)];
}
