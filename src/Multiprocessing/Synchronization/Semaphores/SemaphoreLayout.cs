namespace Multiprocessing.Synchronization;

/// <summary>The bytes of a semaphore: docs/protocol.md, "Semaphores".</summary>
internal static class SemaphoreLayout
{
    /// <summary>Changes under one guard: the word, and the two fields of a row.</summary>
    public const int Changes = 3;

    /// <summary>In the word: somebody sleeps, or is about to. The other bits are the number of free permits.</summary>
    public const int Waiting = int.MinValue;

    public const int Word = 192;
    public const int Maximum = 196;
    public const int RowCount = 200;
    public const int Cell = 256;
    public const int Rows = 320;
    public const int RowSize = 8;

    private const int FewestRows = 8;
    private const int MostRows = 128;

    /// <summary>There cannot be more processes with permits than permits, nor is there room for all processes there could be.</summary>
    public static int RowsFor(int initial, int maximum) => Math.Clamp(maximum == int.MaxValue ? Math.Max(initial, 32) : maximum, FewestRows, MostRows);
}
