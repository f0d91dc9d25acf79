namespace Multiprocessing.Memory;

/// <summary>The sizes of blocks that slabs are cut into: whole cache lines, at most a third of one lost.</summary>
internal static class SizeClasses
{
    /// <summary>Larger blocks have a segment of their own.</summary>
    public const int Largest = 32 * 1024;

    private const int SlabBytes = 256 * 1024;

    private static readonly int[] Sizes =
    [
        64, 128, 192, 256, 320, 384, 448, 512, 640, 768, 1024, 1280, 1536, 2048, 2560, 3072, 4096, 5120, 6144, 8192, 10240, 12288,
        16384, 20480, 24576, Largest,
    ];

    public static int Count => Sizes.Length;

    public static int Of(long length)
    {
        int found = Array.BinarySearch(Sizes, (int)length);
        return found >= 0 ? found : ~found;
    }

    public static int SizeOf(int sizeClass) => Sizes[sizeClass];

    public static int BlocksOf(int sizeClass) => Math.Clamp(SlabBytes / Sizes[sizeClass], 8, SlabLayout.MaxBlocks);
}
