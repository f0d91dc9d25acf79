namespace Multiprocessing.Memory;

/// <summary>The bytes of an array's block: what is in it, in a line of its own, then the elements.</summary>
internal static class ArrayLayout
{
    public const int Mark = 0;
    public const int Length = 8;
    public const int Data = 64;
}
