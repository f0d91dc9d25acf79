namespace Multiprocessing.Memory;

/// <summary>The bytes of a segment that holds one block: a line of header, then the block.</summary>
internal static class LoneLayout
{
    public const uint Magic = 0x4E4F4C4D; // "MLON"
    public const int MagicOffset = 0;
    public const int Kind = 4;
    public const int Length = 8;
    public const int Data = 64;
}
